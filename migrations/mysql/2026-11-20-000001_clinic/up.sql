-- Keys are VARBINARY: no collation of both MySQL and MariaDB tells 'a' from 'a ', and SQLite does.
-- Free text is TEXT: 10,000 characters of four bytes fit.

-- What transactions hold to make others wait. Nothing references it: on Galera a changed parent turns away new children.
CREATE TABLE guards (
    kind VARBINARY(16) NOT NULL,
    id BINARY(16) NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (kind, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO guards (kind, id, revision) VALUES ('admins', x'00000000000000000000000000000000', 1);

CREATE TABLE locations (
    id BINARY(16) NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    city TEXT NOT NULL,
    city_key VARBINARY(2048) NOT NULL,
    time_zone VARCHAR(255) NOT NULL,
    INDEX locations_by_city (city_key)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE specialties (
    code VARBINARY(64) NOT NULL PRIMARY KEY,
    name VARCHAR(255) NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO specialties (code, name) VALUES
    ('allergology', 'Allergology'),
    ('anesthesiology', 'Anesthesiology'),
    ('audiology', 'Audiology'),
    ('cardiology', 'Cardiology'),
    ('dentistry', 'Dentistry'),
    ('dermatology', 'Dermatology'),
    ('dietetics', 'Dietetics'),
    ('emergency_medicine', 'Emergency medicine'),
    ('endocrinology', 'Endocrinology'),
    ('family_medicine', 'Family medicine'),
    ('gastroenterology', 'Gastroenterology'),
    ('general_practice', 'General practice'),
    ('general_surgery', 'General surgery'),
    ('geriatrics', 'Geriatrics'),
    ('gynecology', 'Gynecology'),
    ('hematology', 'Hematology'),
    ('immunology', 'Immunology'),
    ('infectious_diseases', 'Infectious diseases'),
    ('internal_medicine', 'Internal medicine'),
    ('midwifery', 'Midwifery'),
    ('nephrology', 'Nephrology'),
    ('neurology', 'Neurology'),
    ('neurosurgery', 'Neurosurgery'),
    ('obstetrics', 'Obstetrics'),
    ('occupational_medicine', 'Occupational medicine'),
    ('oncology', 'Oncology'),
    ('ophthalmology', 'Ophthalmology'),
    ('orthopedics', 'Orthopedics'),
    ('otolaryngology', 'Otolaryngology'),
    ('pathology', 'Pathology'),
    ('pediatrics', 'Pediatrics'),
    ('physiotherapy', 'Physiotherapy'),
    ('plastic_surgery', 'Plastic surgery'),
    ('psychiatry', 'Psychiatry'),
    ('psychology', 'Psychology'),
    ('pulmonology', 'Pulmonology'),
    ('radiology', 'Radiology'),
    ('rheumatology', 'Rheumatology'),
    ('sports_medicine', 'Sports medicine'),
    ('urology', 'Urology'),
    ('vascular_surgery', 'Vascular surgery');

-- A key is the folded form under which its column is unique, searched or sorted.
CREATE TABLE accounts (
    id BINARY(16) NOT NULL PRIMARY KEY,
    role VARCHAR(32) NOT NULL,
    status VARCHAR(32) NOT NULL,
    email VARCHAR(254) NOT NULL,
    email_key VARBINARY(1024) NOT NULL,
    full_name TEXT NOT NULL,
    name_key VARBINARY(2048) NOT NULL,
    phone VARBINARY(32) NULL,
    username VARCHAR(32) NULL,
    username_key VARBINARY(64) NULL,
    national_id VARCHAR(32) NULL,
    national_id_key VARBINARY(64) NULL,
    profile_pic TEXT NULL,
    password_hash VARCHAR(255) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    revision BIGINT NOT NULL,
    UNIQUE INDEX accounts_email_key (email_key),
    UNIQUE INDEX accounts_phone (phone),
    UNIQUE INDEX accounts_username_key (username_key),
    UNIQUE INDEX accounts_national_id_key (national_id_key),
    INDEX accounts_by_name (name_key, id),
    INDEX accounts_by_role (role, status)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE doctors (
    id BINARY(16) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    license_number TEXT NOT NULL,
    qualifications TEXT NULL,
    experience_years INTEGER NULL,
    fee_minor BIGINT NULL,
    fee_currency VARCHAR(3) NULL,
    accepting_bookings BOOLEAN NOT NULL,
    location_id BINARY(16) NOT NULL,
    revision BIGINT NOT NULL,
    FOREIGN KEY (account_id) REFERENCES accounts (id),
    FOREIGN KEY (location_id) REFERENCES locations (id),
    UNIQUE INDEX doctors_account (account_id),
    INDEX doctors_by_location (location_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE doctor_specialties (
    doctor_id BINARY(16) NOT NULL,
    specialty_code VARBINARY(64) NOT NULL,
    PRIMARY KEY (doctor_id, specialty_code),
    FOREIGN KEY (doctor_id) REFERENCES doctors (id),
    FOREIGN KEY (specialty_code) REFERENCES specialties (code),
    INDEX doctor_specialties_by_specialty (specialty_code, doctor_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE patients (
    id BINARY(16) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    date_of_birth DATE NULL,
    gender VARCHAR(32) NULL,
    blood_group VARCHAR(32) NULL,
    address TEXT NULL,
    emergency_contact TEXT NULL,
    medical_history TEXT NULL,
    revision BIGINT NOT NULL,
    FOREIGN KEY (account_id) REFERENCES accounts (id),
    UNIQUE INDEX patients_account (account_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
