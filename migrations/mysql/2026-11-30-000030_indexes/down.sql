DELETE FROM additive_migrations WHERE version = '20261130000030';
DROP INDEX accounts_by_status_and_name ON accounts;
DROP INDEX audit_by_action ON audit;
