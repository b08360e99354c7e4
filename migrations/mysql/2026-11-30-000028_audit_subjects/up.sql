-- Whom an entry of the audit log is about besides its one subject: the people whom a page of a list has shown. The time is
-- the entry's, so that the entries about somebody are found in their order. It references nothing, as the log does.
CREATE TABLE audit_subjects (
    entry_id BINARY(16) NOT NULL,
    subject BINARY(16) NOT NULL,
    done_at DATETIME(6) NOT NULL,
    PRIMARY KEY (entry_id, subject),
    INDEX audit_subjects_by_subject (subject, done_at, entry_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO additive_migrations (version) VALUES ('20261130000028');
