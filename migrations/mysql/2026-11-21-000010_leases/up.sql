-- Which node does a job at present, until when.
CREATE TABLE leases (
    name VARCHAR(40) NOT NULL PRIMARY KEY,
    holder BINARY(16) NOT NULL,
    expires_at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
