-- Messages with links go first: somebody waits for them. A server of the version before adds messages without it.
ALTER TABLE messages ADD COLUMN
    priority SMALLINT NOT NULL DEFAULT 1;

UPDATE messages SET priority = 0 WHERE kind IN ('verify_email', 'reset_password', 'invitation');

ALTER TABLE messages
    ADD INDEX messages_by_priority (status, priority, due_at, id),
    DROP INDEX messages_by_due;
