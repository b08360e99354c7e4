-- What is owed to whom. It references nothing, so that nothing waits for it; the addressee is looked up when it is sent.
CREATE TABLE messages (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    addressee TEXT NOT NULL,
    addressee_id BLOB NOT NULL,
    appointment_id BLOB NULL,
    appointment_revision BIGINT NULL,
    created_at TIMESTAMP NOT NULL,
    due_at TIMESTAMP NOT NULL
);

-- Who did what. It references nothing and is never changed.
CREATE TABLE audit (
    id BLOB NOT NULL PRIMARY KEY,
    done_at TIMESTAMP NOT NULL,
    actor BLOB NULL,
    actor_role TEXT NULL,
    action TEXT NOT NULL,
    subject BLOB NULL,
    address TEXT NULL,
    detail TEXT NULL
);

CREATE INDEX audit_by_time ON audit (done_at, id);
CREATE INDEX audit_by_actor ON audit (actor, done_at, id);
CREATE INDEX audit_by_subject ON audit (subject, done_at, id);

-- It references nothing: an account is changed when its token is used.
CREATE TABLE one_time_tokens (
    hash BLOB NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    account_id BLOB NOT NULL,
    issued_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP NULL
) WITHOUT ROWID;

CREATE INDEX one_time_tokens_by_account ON one_time_tokens (account_id);
CREATE INDEX one_time_tokens_by_expiry ON one_time_tokens (expires_at);
