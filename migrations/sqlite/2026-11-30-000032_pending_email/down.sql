ALTER TABLE accounts DROP COLUMN pending_email;
DELETE FROM additive_migrations WHERE version = '20261130000032';
