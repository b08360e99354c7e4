//! Booking, moving, cancelling, the day itself, and looking back.

mod booking;
mod history;
mod lists;
mod retries;
mod steps;
