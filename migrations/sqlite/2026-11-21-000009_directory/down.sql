DROP INDEX slots_by_doctor_and_status;
DROP INDEX patients_by_birth;
DROP INDEX accounts_by_role_and_name;
DELETE FROM guards WHERE kind = 'places';
ALTER TABLE locations DROP COLUMN revision;
