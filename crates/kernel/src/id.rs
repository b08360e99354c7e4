use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Gives a universally unique value this meaning.
            pub const fn new(value: Uuid) -> Self {
                Self(value)
            }

            /// Nobody's: the value that no source of ids makes (RFC 9562, 5.9).
            pub const NIL: Self = Self(Uuid::nil());

            /// The value without its meaning, for a store or a wire.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// Who logs in.
    AccountId;
    /// One stay of an account, from login to logout.
    SessionId;
    /// A program or browser that an account has logged in from.
    DeviceId;
    /// A doctor's profile (FHIR Practitioner).
    DoctorId;
    /// A patient's profile (FHIR Patient).
    PatientId;
    /// A place where visits happen (FHIR Location).
    LocationId;
    /// One doctor's diary at one location (FHIR Schedule).
    ScheduleId;
    /// An interval of a schedule (FHIR Slot).
    SlotId;
    /// A visit, past or to come (FHIR Appointment).
    AppointmentId;
    /// Something that is to be said to somebody.
    MessageId;
}
