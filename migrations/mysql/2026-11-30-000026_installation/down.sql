DELETE FROM additive_migrations WHERE version = '20261130000026';
ALTER TABLE preferences DROP COLUMN invitations_only;
DROP INDEX messages_by_appointment ON messages;
DROP TABLE installation;
