CREATE TABLE schedules (
    id BLOB NOT NULL PRIMARY KEY,
    doctor_id BLOB NOT NULL,
    location_id BLOB NOT NULL,
    FOREIGN KEY (doctor_id) REFERENCES doctors (id),
    FOREIGN KEY (location_id) REFERENCES locations (id)
);

CREATE INDEX schedules_by_doctor ON schedules (doctor_id, id);
CREATE INDEX schedules_by_location ON schedules (location_id);

CREATE TABLE slots (
    id BLOB NOT NULL PRIMARY KEY,
    schedule_id BLOB NOT NULL,
    doctor_id BLOB NOT NULL,
    location_id BLOB NOT NULL,
    starts_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    status TEXT NOT NULL,
    revision BIGINT NOT NULL,
    FOREIGN KEY (schedule_id) REFERENCES schedules (id)
);

CREATE INDEX slots_by_schedule ON slots (schedule_id);
CREATE INDEX slots_by_doctor ON slots (doctor_id, starts_at, id);
CREATE INDEX slots_by_status ON slots (status, starts_at, id);
CREATE INDEX slots_by_start ON slots (starts_at, id);

-- active_slot_id is slot_id while the appointment is active and null otherwise: unique, it is the last lock on a slot.
-- slot_id references nothing: a slot may be deleted while a cancelled appointment still tells which one it had.
CREATE TABLE appointments (
    id BLOB NOT NULL PRIMARY KEY,
    patient_id BLOB NOT NULL,
    doctor_id BLOB NOT NULL,
    location_id BLOB NOT NULL,
    slot_id BLOB NOT NULL,
    active_slot_id BLOB NULL,
    starts_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NULL,
    notes TEXT NULL,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    FOREIGN KEY (patient_id) REFERENCES patients (id),
    FOREIGN KEY (doctor_id) REFERENCES doctors (id)
);

CREATE UNIQUE INDEX appointments_active_slot ON appointments (active_slot_id);
CREATE INDEX appointments_by_patient ON appointments (patient_id, starts_at, id);
CREATE INDEX appointments_by_doctor ON appointments (doctor_id, starts_at, id);
CREATE INDEX appointments_by_start ON appointments (starts_at, id);
CREATE INDEX appointments_by_status ON appointments (status, starts_at, id);
CREATE INDEX appointments_by_slot ON appointments (slot_id);

-- One row for each revision of an appointment. It references nothing: an appointment is changed with each of them.
CREATE TABLE appointment_changes (
    appointment_id BLOB NOT NULL,
    revision BIGINT NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    changed_by BLOB NOT NULL,
    changed_by_role TEXT NOT NULL,
    kind TEXT NOT NULL,
    from_status TEXT NULL,
    from_slot_id BLOB NULL,
    from_starts_at TIMESTAMP NULL,
    from_ends_at TIMESTAMP NULL,
    to_status TEXT NOT NULL,
    to_slot_id BLOB NOT NULL,
    to_starts_at TIMESTAMP NOT NULL,
    to_ends_at TIMESTAMP NOT NULL,
    reason_code TEXT NULL,
    reason TEXT NULL,
    PRIMARY KEY (appointment_id, revision)
);

CREATE INDEX appointment_changes_by_slot ON appointment_changes (to_slot_id);
