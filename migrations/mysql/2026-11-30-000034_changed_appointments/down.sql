DROP INDEX appointments_by_patient_and_update ON appointments;
DROP INDEX appointments_by_doctor_and_update ON appointments;
DROP INDEX appointments_by_update ON appointments;
ALTER TABLE appointments DROP COLUMN updated_at;
DROP INDEX slots_by_location ON slots;
DELETE FROM additive_migrations WHERE version = '20261130000034';
