-- Migrations beside which older programs go on. A later migration that only adds says so in its up.sql:
-- INSERT INTO additive_migrations (version) VALUES ('20270131000001');
CREATE TABLE additive_migrations (
    version VARCHAR(50) NOT NULL PRIMARY KEY
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
