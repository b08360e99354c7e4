//! Configuration, wiring, command line and jobs of the appointment book; no rule, no SQL, no route.

mod accounts;
mod claim;
mod cli;
mod clock;
mod commands;
mod config;
mod demo;
mod failure;
mod jobs;
mod logging;
mod posting;
mod sealing;
mod serving;
mod settings;
mod wiring;
mod zone_changes;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match commands::run(&cli::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        // Like `head`: what it has read is all that it wanted.
        Err(failure) if failure.is_unread() => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("slotkeeper: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}
