CREATE INDEX messages_by_due ON messages (status, due_at, id);
DROP INDEX messages_by_priority;
ALTER TABLE messages DROP COLUMN priority;
