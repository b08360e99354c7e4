//! rescheduling
