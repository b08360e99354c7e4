-- The address that the owner of an account wants instead of the present one, until it is proved.
ALTER TABLE accounts ADD COLUMN
    pending_email TEXT NULL;

INSERT INTO additive_migrations (version) VALUES ('20261130000032');
