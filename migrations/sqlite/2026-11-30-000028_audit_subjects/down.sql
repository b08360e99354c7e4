DELETE FROM additive_migrations WHERE version = '20261130000028';
DROP TABLE audit_subjects;
