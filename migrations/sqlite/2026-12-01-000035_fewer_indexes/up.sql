-- Each of them was written with every booking. Free slots of a location are looked for doctor by doctor, messages status by
-- status, and the visits that a slot has had in their histories.
DROP INDEX slots_by_location;
DROP INDEX messages_by_time;
DROP INDEX appointments_by_slot;
