//! generating
