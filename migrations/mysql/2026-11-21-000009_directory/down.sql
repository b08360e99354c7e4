DROP INDEX slots_by_doctor_and_status ON slots;
DROP INDEX patients_by_birth ON patients;
DROP INDEX accounts_by_role_and_name ON accounts;
DELETE FROM guards WHERE kind = 'places';
ALTER TABLE locations DROP COLUMN revision;
