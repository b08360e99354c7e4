-- Names to log in with, folded, of whichever kind: each belongs to one account. It references nothing: on Galera accounts
-- would be in its way.
CREATE TABLE login_names (
    name VARBINARY(1024) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    INDEX login_names_by_account (account_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Where two accounts have one name, the older one keeps it (ids grow with time); `slotkeeper check` names the other.
INSERT INTO login_names (name, account_id)
SELECT n.name, MIN(n.id) FROM (
    SELECT email_key AS name, id FROM accounts
    UNION ALL SELECT username_key, id FROM accounts WHERE username_key IS NOT NULL
    UNION ALL SELECT national_id_key, id FROM accounts WHERE national_id_key IS NOT NULL
) n GROUP BY n.name;

-- What people typed as a name may have been a password; names are kept as keyed hashes from now on.
DELETE FROM login_failures WHERE subject_kind = 'identifier';

ALTER TABLE accounts ADD COLUMN
    password_set_at DATETIME(6) NULL;

-- The greatest hash has the greatest cost: `$2b$12$…`.
CREATE INDEX accounts_by_password ON accounts (password_hash);
