DROP TABLE appointment_changes;
DROP TABLE appointments;
DROP TABLE slots;
DROP TABLE schedules;
