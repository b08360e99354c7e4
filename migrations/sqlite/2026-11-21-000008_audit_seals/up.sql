-- The chain over the audit log: each seal is a hash of the one before it and of its entry. It references nothing, so
-- that a seal outlives an entry that somebody removed, and tells of it.
CREATE TABLE audit_seals (
    seq BIGINT NOT NULL PRIMARY KEY,
    entry_id BLOB NOT NULL,
    hash BLOB NOT NULL
);

CREATE UNIQUE INDEX audit_seals_entry ON audit_seals (entry_id);
