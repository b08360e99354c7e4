-- What was decided once for the whole installation: one row.
CREATE TABLE installation (
    id SMALLINT NOT NULL PRIMARY KEY,
    calendar_domain VARCHAR(255) NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- All that an addressee was told of a visit.
CREATE INDEX messages_by_appointment ON messages (appointment_id, addressee_id);

-- E-mails about appointments that only serve the calendar. An earlier server knows nothing of it.
ALTER TABLE preferences ADD COLUMN
    invitations_only BOOLEAN NOT NULL DEFAULT FALSE;

INSERT INTO additive_migrations (version) VALUES ('20261130000026');
