-- A location is changed and removed over the revision that its reader knows.
ALTER TABLE locations ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;

-- How many locations there are: the last one is never removed.
INSERT INTO guards (kind, id, revision) VALUES ('places', x'00000000000000000000000000000000', 1);

-- Patients by name are the accounts of one role, read in the order of this index.
CREATE INDEX accounts_by_role_and_name ON accounts (role, name_key, id);
CREATE INDEX patients_by_birth ON patients (date_of_birth, account_id);

-- The first free slot of each doctor is one short look; past slots, which are mostly busy, are not in its way.
CREATE INDEX slots_by_doctor_and_status ON slots (doctor_id, status, starts_at, id);
