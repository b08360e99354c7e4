//! visiting
