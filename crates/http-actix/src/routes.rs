//! The endpoints.

pub(crate) mod appointments;
pub(crate) mod availability;
pub(crate) mod slots;
