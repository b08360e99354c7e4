DELETE FROM settings WHERE name = 'default:activation_by_admin';
ALTER TABLE appointments DROP COLUMN received_by_role;
ALTER TABLE appointments DROP COLUMN booked_by_role;
