DROP TABLE patients;
DROP TABLE doctor_specialties;
DROP TABLE doctors;
DROP TABLE accounts;
DROP TABLE specialties;
DROP TABLE locations;
DROP TABLE guards;
