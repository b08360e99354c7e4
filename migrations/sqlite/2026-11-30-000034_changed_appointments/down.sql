DROP INDEX appointments_by_patient_and_update;
DROP INDEX appointments_by_doctor_and_update;
DROP INDEX appointments_by_update;
ALTER TABLE appointments DROP COLUMN updated_at;
DROP INDEX slots_by_location;
DELETE FROM additive_migrations WHERE version = '20261130000034';
