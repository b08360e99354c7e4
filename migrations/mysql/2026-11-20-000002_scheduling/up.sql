CREATE TABLE schedules (
    id BINARY(16) NOT NULL PRIMARY KEY,
    doctor_id BINARY(16) NOT NULL,
    location_id BINARY(16) NOT NULL,
    FOREIGN KEY (doctor_id) REFERENCES doctors (id),
    FOREIGN KEY (location_id) REFERENCES locations (id),
    INDEX schedules_by_doctor (doctor_id, id),
    INDEX schedules_by_location (location_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE slots (
    id BINARY(16) NOT NULL PRIMARY KEY,
    schedule_id BINARY(16) NOT NULL,
    doctor_id BINARY(16) NOT NULL,
    location_id BINARY(16) NOT NULL,
    starts_at DATETIME(6) NOT NULL,
    ends_at DATETIME(6) NOT NULL,
    status VARCHAR(32) NOT NULL,
    revision BIGINT NOT NULL,
    FOREIGN KEY (schedule_id) REFERENCES schedules (id),
    INDEX slots_by_schedule (schedule_id),
    INDEX slots_by_doctor (doctor_id, starts_at, id),
    INDEX slots_by_status (status, starts_at, id),
    INDEX slots_by_start (starts_at, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- active_slot_id is slot_id while the appointment is active and null otherwise: unique, it is the last lock on a slot.
-- slot_id references nothing: a slot may be deleted while a cancelled appointment still tells which one it had.
CREATE TABLE appointments (
    id BINARY(16) NOT NULL PRIMARY KEY,
    patient_id BINARY(16) NOT NULL,
    doctor_id BINARY(16) NOT NULL,
    location_id BINARY(16) NOT NULL,
    slot_id BINARY(16) NOT NULL,
    active_slot_id BINARY(16) NULL,
    starts_at DATETIME(6) NOT NULL,
    ends_at DATETIME(6) NOT NULL,
    status VARCHAR(32) NOT NULL,
    reason TEXT NULL,
    notes TEXT NULL,
    revision BIGINT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    FOREIGN KEY (patient_id) REFERENCES patients (id),
    FOREIGN KEY (doctor_id) REFERENCES doctors (id),
    UNIQUE INDEX appointments_active_slot (active_slot_id),
    INDEX appointments_by_patient (patient_id, starts_at, id),
    INDEX appointments_by_doctor (doctor_id, starts_at, id),
    INDEX appointments_by_start (starts_at, id),
    INDEX appointments_by_status (status, starts_at, id),
    INDEX appointments_by_slot (slot_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row for each revision of an appointment. It references nothing: an appointment is changed with each of them.
CREATE TABLE appointment_changes (
    appointment_id BINARY(16) NOT NULL,
    revision BIGINT NOT NULL,
    changed_at DATETIME(6) NOT NULL,
    changed_by BINARY(16) NOT NULL,
    changed_by_role VARCHAR(32) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    from_status VARCHAR(32) NULL,
    from_slot_id BINARY(16) NULL,
    from_starts_at DATETIME(6) NULL,
    from_ends_at DATETIME(6) NULL,
    to_status VARCHAR(32) NOT NULL,
    to_slot_id BINARY(16) NOT NULL,
    to_starts_at DATETIME(6) NOT NULL,
    to_ends_at DATETIME(6) NOT NULL,
    reason_code VARCHAR(32) NULL,
    reason TEXT NULL,
    PRIMARY KEY (appointment_id, revision),
    INDEX appointment_changes_by_slot (to_slot_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
