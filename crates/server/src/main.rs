//! server

mod config;
mod logging;

fn main() {}
