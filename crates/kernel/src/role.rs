use crate::words;

words! {
    /// What an account is for; an account has exactly one.
    pub enum Role {
        /// Books for themself.
        Patient = "patient",
        /// Publishes times and sees patients.
        Doctor = "doctor",
        /// Keeps the front desk: books, moves and cancels on behalf of patients.
        Receptionist = "receptionist",
        /// Runs the installation.
        Admin = "admin",
    }
}
