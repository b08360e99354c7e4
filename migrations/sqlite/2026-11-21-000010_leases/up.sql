-- Which node does a job at present, until when.
CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder BLOB NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
