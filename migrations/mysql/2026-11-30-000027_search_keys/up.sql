-- By what accounts are found: each beginning of each word of the name, in the form in which words are compared, behind the
-- role (`patient lov`); and some beginnings of the e-mail address, behind `email`. A page of those who have one is read in
-- the order of this key. The program fills it, for SQL cannot fold names. It references nothing: on Galera accounts would be
-- in its way.
CREATE TABLE search_keys (
    search_key VARBINARY(255) NOT NULL,
    name_key VARBINARY(2048) NOT NULL,
    account_id BINARY(16) NOT NULL,
    PRIMARY KEY (search_key, name_key, account_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The name and the address that an account's keys were made from.
CREATE TABLE searched_names (
    account_id BINARY(16) NOT NULL PRIMARY KEY,
    full_name TEXT NOT NULL,
    email VARCHAR(254) NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Older programs go on beside it; whom they add or rename is found under the new name after the next `migrate`.
INSERT INTO additive_migrations (version) VALUES ('20261130000027');
