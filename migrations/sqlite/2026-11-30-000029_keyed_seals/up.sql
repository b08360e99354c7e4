-- What a seal is authenticated with: an HMAC under a key that is not in the database. Seals of an earlier version have none.
ALTER TABLE audit_seals ADD COLUMN
    mac BLOB NULL;

-- A fingerprint of how the subject of a change stands after it, with which `check` compares what stands in the tables.
ALTER TABLE audit ADD COLUMN
    state BLOB NULL;

INSERT INTO additive_migrations (version) VALUES ('20261130000029');
