-- What has become of each message. A claim keeps other workers away until it expires.
ALTER TABLE messages
    ADD COLUMN status VARCHAR(32) NOT NULL DEFAULT 'waiting',
    ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN failures BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN claimed_by BINARY(16) NULL,
    ADD COLUMN claimed_until DATETIME(6) NULL,
    ADD COLUMN sent_at DATETIME(6) NULL,
    ADD COLUMN last_error TEXT NULL,
    ADD INDEX messages_by_due (status, due_at, id),
    ADD INDEX messages_by_status (status, created_at, id),
    ADD INDEX messages_by_time (created_at, id);

-- The delivery log. It references nothing, so that nothing waits for it.
CREATE TABLE delivery_attempts (
    message_id BINARY(16) NOT NULL,
    attempt BIGINT NOT NULL,
    ended_at DATETIME(6) NOT NULL,
    outcome VARCHAR(32) NOT NULL,
    detail TEXT NULL,
    PRIMARY KEY (message_id, attempt)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What people want to be told. It references nothing: on Galera accounts would be in its way.
CREATE TABLE preferences (
    account_id BINARY(16) NOT NULL PRIMARY KEY,
    email_appointments BOOLEAN NOT NULL,
    language VARCHAR(32) NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
