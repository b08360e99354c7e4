-- The chain over the audit log: each seal is a hash of the one before it and of its entry. It references nothing, so
-- that a seal outlives an entry that somebody removed, and tells of it.
CREATE TABLE audit_seals (
    seq BIGINT NOT NULL PRIMARY KEY,
    entry_id BINARY(16) NOT NULL,
    hash BINARY(32) NOT NULL,
    UNIQUE INDEX audit_seals_entry (entry_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
