DELETE FROM additive_migrations WHERE version = '20261130000029';
ALTER TABLE audit DROP COLUMN state;
ALTER TABLE audit_seals DROP COLUMN mac;
