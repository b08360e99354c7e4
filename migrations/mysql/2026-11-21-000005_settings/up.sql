-- What was stored over the configuration; the row named revision counts the changes.
CREATE TABLE settings (
    name VARCHAR(64) NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO settings (name, value) VALUES ('revision', '1');

-- Failed logins, by the identifier that was typed or by network address. It references nothing: there need be no account.
CREATE TABLE login_failures (
    subject_kind VARCHAR(32) NOT NULL,
    subject VARBINARY(1016) NOT NULL,
    failures BIGINT NOT NULL,
    last_at DATETIME(6) NOT NULL,
    PRIMARY KEY (subject_kind, subject),
    INDEX login_failures_by_time (last_at)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
