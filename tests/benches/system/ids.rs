//! Ids that can be told from numbers.

/// What has an id: its first byte.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    DoctorAccount = 0xd0,
    Doctor = 0xd1,
    Schedule = 0xd2,
    Slot = 0xd3,
    PatientAccount = 0xe0,
    Patient = 0xe1,
    Appointment = 0xe2,
    /// Administrators and front desk.
    Staff = 0xa0,
    GrownPatientAccount = 0xa1,
    GrownPatient = 0xa2,
    GrownDoctorAccount = 0xa3,
    GrownDoctor = 0xa4,
    GrownSchedule = 0xa5,
    GrownDoctorSlot = 0xa6,
    GrownSlot = 0xa7,
    RegularVisit = 0xa8,
    RegularSlot = 0xa9,
    BusyVisit = 0xaa,
    BusySlot = 0xab,
    Message = 0xac,
    Entry = 0xad,
    Session = 0xae,
    /// Of what is made while we measure.
    New = 0xf0,
}

/// An id in hexadecimal digits; those of a kind sort as their numbers do, as ids made one after another would.
pub(crate) fn hex(kind: Kind, number: u32) -> String {
    format!("{:02x}{number:08x}{:022x}", kind as u8, number.wrapping_mul(0x9e37_79b9))
}

/// The same as the bytes of a column.
pub(crate) fn bytes(kind: Kind, number: u32) -> Vec<u8> {
    u128::from_str_radix(&hex(kind, number), 16).unwrap().to_be_bytes().to_vec()
}

/// The same as it is written on the wire.
pub(crate) fn hyphenated(hex: &str) -> String {
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
