//! store-diesel
