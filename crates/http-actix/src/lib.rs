//! http-actix
