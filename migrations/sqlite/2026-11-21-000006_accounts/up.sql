ALTER TABLE accounts ADD COLUMN
    email_verified_at TIMESTAMP NULL;

-- Accounts that were made before count as proved.
UPDATE accounts SET email_verified_at = created_at;

-- When an account was last owed a message of one kind.
CREATE INDEX messages_by_addressee_and_kind ON messages (addressee_id, kind, created_at);
