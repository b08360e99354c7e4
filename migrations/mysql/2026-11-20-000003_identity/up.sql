CREATE TABLE sessions (
    id BINARY(16) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    ended_at DATETIME(6) NULL,
    user_agent TEXT NULL,
    FOREIGN KEY (account_id) REFERENCES accounts (id),
    INDEX sessions_by_account (account_id, created_at),
    INDEX sessions_by_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- It references nothing: a session is changed with each new token.
CREATE TABLE refresh_tokens (
    hash BINARY(32) NOT NULL PRIMARY KEY,
    session_id BINARY(16) NOT NULL,
    issued_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    used_at DATETIME(6) NULL,
    INDEX refresh_tokens_by_session (session_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What a caller was told under an idempotency key.
CREATE TABLE answers (
    account_id BINARY(16) NOT NULL,
    idempotency_key VARBINARY(1024) NOT NULL,
    fingerprint BINARY(32) NOT NULL,
    status INTEGER NOT NULL,
    body MEDIUMTEXT NOT NULL,
    subject BINARY(16) NOT NULL,
    revision BIGINT NOT NULL,
    given_at DATETIME(6) NOT NULL,
    PRIMARY KEY (account_id, idempotency_key),
    INDEX answers_by_time (given_at)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
