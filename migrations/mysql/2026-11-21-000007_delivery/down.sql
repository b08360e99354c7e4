DROP TABLE preferences;
DROP TABLE delivery_attempts;

CREATE TABLE messages_before (
    id BINARY(16) NOT NULL PRIMARY KEY,
    kind VARCHAR(32) NOT NULL,
    addressee VARCHAR(32) NOT NULL,
    addressee_id BINARY(16) NOT NULL,
    appointment_id BINARY(16) NULL,
    appointment_revision BIGINT NULL,
    created_at DATETIME(6) NOT NULL,
    due_at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO messages_before
    SELECT id, kind, addressee, addressee_id, appointment_id, appointment_revision, created_at, due_at FROM messages;
DROP TABLE messages;
ALTER TABLE messages_before RENAME TO messages;
