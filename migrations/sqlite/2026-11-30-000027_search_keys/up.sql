-- By what accounts are found: each beginning of each word of the name, in the form in which words are compared, behind the
-- role (`patient lov`); and some beginnings of the e-mail address, behind `email`. A page of those who have one is read in
-- the order of this key. The program fills it, for SQL cannot fold names. It references nothing: on Galera accounts would be
-- in its way.
CREATE TABLE search_keys (
    search_key TEXT NOT NULL,
    name_key TEXT NOT NULL,
    account_id BLOB NOT NULL,
    PRIMARY KEY (search_key, name_key, account_id)
) WITHOUT ROWID;

-- The name and the address that an account's keys were made from.
CREATE TABLE searched_names (
    account_id BLOB NOT NULL PRIMARY KEY,
    full_name TEXT NOT NULL,
    email TEXT NOT NULL
) WITHOUT ROWID;

-- Older programs go on beside it; whom they add or rename is found under the new name after the next `migrate`.
INSERT INTO additive_migrations (version) VALUES ('20261130000027');
