CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP NULL,
    user_agent TEXT NULL,
    FOREIGN KEY (account_id) REFERENCES accounts (id)
);

CREATE INDEX sessions_by_account ON sessions (account_id, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- It references nothing: a session is changed with each new token.
CREATE TABLE refresh_tokens (
    hash BLOB NOT NULL PRIMARY KEY,
    session_id BLOB NOT NULL,
    issued_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP NULL
) WITHOUT ROWID;

CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

-- What a caller was told under an idempotency key.
CREATE TABLE answers (
    account_id BLOB NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    subject BLOB NOT NULL,
    revision BIGINT NOT NULL,
    given_at TIMESTAMP NOT NULL,
    PRIMARY KEY (account_id, idempotency_key)
);

CREATE INDEX answers_by_time ON answers (given_at);
