-- The audit log by what was done: a rare action is found without reading all the others.
CREATE INDEX audit_by_action ON audit (action, done_at, id);

-- Accounts in one status by name: those who wait are few.
CREATE INDEX accounts_by_status_and_name ON accounts (status, name_key, id);

INSERT INTO additive_migrations (version) VALUES ('20261130000030');
