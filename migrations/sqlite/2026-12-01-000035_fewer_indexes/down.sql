CREATE INDEX appointments_by_slot ON appointments (slot_id);
CREATE INDEX messages_by_time ON messages (created_at, id);
CREATE INDEX slots_by_location ON slots (location_id, status, starts_at, id);
