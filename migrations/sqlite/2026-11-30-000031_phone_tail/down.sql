DROP INDEX accounts_by_phone_tail;
ALTER TABLE accounts DROP COLUMN phone_tail;
DELETE FROM additive_migrations WHERE version = '20261130000031';
