-- The roles that booked a visit and recorded the arrival: what the care relation is decided by. An earlier version, which
-- runs beside this one while nodes are restarted, does not say who booked; such a visit opens no more than a doctor's own.
ALTER TABLE appointments
    ADD COLUMN booked_by_role VARCHAR(32) NOT NULL DEFAULT 'doctor',
    ADD COLUMN received_by_role VARCHAR(32) NULL;

UPDATE appointments SET booked_by_role = COALESCE((
    SELECT made.changed_by_role FROM appointment_changes AS made
    WHERE made.appointment_id = appointments.id AND made.revision = 1
), 'doctor');

UPDATE appointments SET received_by_role = (
    SELECT step.changed_by_role FROM appointment_changes AS step
    WHERE step.appointment_id = appointments.id AND step.kind = 'status'
        AND step.to_status IN ('arrived', 'checked_in', 'fulfilled')
    ORDER BY step.changed_by_role = 'doctor', step.revision LIMIT 1
);

-- Doctors who register wait for an administrator by default from now on. An installation that is there already keeps what
-- it had, unless its configuration or a stored setting says otherwise.
INSERT INTO settings (name, value)
SELECT 'default:activation_by_admin', 'none' FROM accounts LIMIT 1;
