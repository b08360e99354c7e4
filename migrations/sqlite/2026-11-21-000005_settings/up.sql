-- What was stored over the configuration; the row named revision counts the changes.
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

INSERT INTO settings (name, value) VALUES ('revision', '1');

-- Failed logins, by the identifier that was typed or by network address. It references nothing: there need be no account.
CREATE TABLE login_failures (
    subject_kind TEXT NOT NULL,
    subject BLOB NOT NULL,
    failures BIGINT NOT NULL,
    last_at TIMESTAMP NOT NULL,
    PRIMARY KEY (subject_kind, subject)
);

CREATE INDEX login_failures_by_time ON login_failures (last_at);
