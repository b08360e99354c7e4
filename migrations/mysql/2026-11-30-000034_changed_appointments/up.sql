-- Free slots of one location: few are found without reading those of all the others.
CREATE INDEX slots_by_location ON slots (location_id, status, starts_at, id);

-- When a visit was last written, so that who keeps a copy asks for what has changed. An earlier version, which runs beside this
-- one while nodes are restarted, has the database tell the time.
ALTER TABLE appointments ADD COLUMN
    updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6);

UPDATE appointments SET updated_at = COALESCE((
    SELECT MAX(last.changed_at) FROM appointment_changes AS last
    WHERE last.appointment_id = appointments.id
), created_at);

ALTER TABLE appointments
    ADD INDEX appointments_by_update (updated_at, id),
    ADD INDEX appointments_by_doctor_and_update (doctor_id, updated_at, id),
    ADD INDEX appointments_by_patient_and_update (patient_id, updated_at, id);

INSERT INTO additive_migrations (version) VALUES ('20261130000034');
