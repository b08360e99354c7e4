-- Free slots of one location: few are found without reading those of all the others.
CREATE INDEX slots_by_location ON slots (location_id, status, starts_at, id);

-- When a visit was last written, so that who keeps a copy asks for what has changed. What an earlier version writes, if the
-- database is given back to it, is not found as changed.
ALTER TABLE appointments ADD COLUMN
    updated_at TIMESTAMP NOT NULL DEFAULT '1000-01-01 00:00:00.000000';

UPDATE appointments SET updated_at = COALESCE((
    SELECT MAX(last.changed_at) FROM appointment_changes AS last
    WHERE last.appointment_id = appointments.id
), created_at);

CREATE INDEX appointments_by_update ON appointments (updated_at, id);
CREATE INDEX appointments_by_doctor_and_update ON appointments (doctor_id, updated_at, id);
CREATE INDEX appointments_by_patient_and_update ON appointments (patient_id, updated_at, id);

INSERT INTO additive_migrations (version) VALUES ('20261130000034');
