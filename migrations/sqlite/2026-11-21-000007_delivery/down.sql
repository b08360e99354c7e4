DROP TABLE preferences;
DROP TABLE delivery_attempts;

CREATE TABLE messages_before (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    addressee TEXT NOT NULL,
    addressee_id BLOB NOT NULL,
    appointment_id BLOB NULL,
    appointment_revision BIGINT NULL,
    created_at TIMESTAMP NOT NULL,
    due_at TIMESTAMP NOT NULL
);

INSERT INTO messages_before
    SELECT id, kind, addressee, addressee_id, appointment_id, appointment_revision, created_at, due_at FROM messages;
DROP TABLE messages;
ALTER TABLE messages_before RENAME TO messages;
