-- What is owed to whom. It references nothing, so that nothing waits for it; the addressee is looked up when it is sent.
CREATE TABLE messages (
    id BINARY(16) NOT NULL PRIMARY KEY,
    kind VARCHAR(32) NOT NULL,
    addressee VARCHAR(32) NOT NULL,
    addressee_id BINARY(16) NOT NULL,
    appointment_id BINARY(16) NULL,
    appointment_revision BIGINT NULL,
    created_at DATETIME(6) NOT NULL,
    due_at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who did what. It references nothing and is never changed.
CREATE TABLE audit (
    id BINARY(16) NOT NULL PRIMARY KEY,
    done_at DATETIME(6) NOT NULL,
    actor BINARY(16) NULL,
    actor_role VARCHAR(32) NULL,
    action VARCHAR(64) NOT NULL,
    subject BINARY(16) NULL,
    address VARCHAR(64) NULL,
    detail TEXT NULL,
    INDEX audit_by_time (done_at, id),
    INDEX audit_by_actor (actor, done_at, id),
    INDEX audit_by_subject (subject, done_at, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- It references nothing: an account is changed when its token is used.
CREATE TABLE one_time_tokens (
    hash BINARY(32) NOT NULL PRIMARY KEY,
    purpose VARCHAR(32) NOT NULL,
    account_id BINARY(16) NOT NULL,
    issued_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    used_at DATETIME(6) NULL,
    INDEX one_time_tokens_by_account (account_id),
    INDEX one_time_tokens_by_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
