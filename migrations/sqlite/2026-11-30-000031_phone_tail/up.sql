-- People are searched by the end of their telephone number.
ALTER TABLE accounts ADD COLUMN
    phone_tail TEXT GENERATED ALWAYS AS (substr(phone, -4)) VIRTUAL;

CREATE INDEX accounts_by_phone_tail ON accounts (phone_tail);

INSERT INTO additive_migrations (version) VALUES ('20261130000031');
