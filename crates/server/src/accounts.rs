//! Accounts that the public cannot make, and what the public cannot do to accounts.

use std::io::{BufRead, IsTerminal, Write};

use application::accounts::{Me, NewAccount, NewProfile};
use application::ports::AppointmentEntry;
use application::{App, Error, Refusal};
use identity_core::ports::AccountFilter;
use identity_core::{Account, EmailAddress, Password, Phone};
use kernel::{PageRequest, Word};

use crate::cli::{MadeRole, Person};
use crate::failure::Failure;

/// The most characters of a name, as over HTTP.
const NAME_CHARS_MAX: usize = 200;

/// What an account of this role is made of beside the person.
pub(crate) const fn profile(role: MadeRole) -> NewProfile {
    match role {
        MadeRole::Receptionist => NewProfile::Receptionist,
        MadeRole::Admin => NewProfile::Admin,
    }
}

/// Makes an account and prints its id.
pub(crate) fn create(app: &App, person: &Person, profile: NewProfile) -> Result<(), Failure> {
    let length = person.full_name.chars().count();
    if kernel::is_blank(&person.full_name) || NAME_CHARS_MAX < length || !kernel::is_one_line(&person.full_name) {
        return Err(flag("full-name", "one line of at most 200 characters that is not blank"));
    }
    let new = NewAccount {
        email: parsed("email", &person.email)?,
        full_name: person.full_name.clone(),
        phone: person.phone.as_deref().map(|text| phone(app, text)).transpose()?,
        username: person.username.as_deref().map(|text| parsed("username", text)).transpose()?,
        national_id: None,
        profile_pic: None,
        profile,
        password: Some(new_password()?),
    };
    let me = app.create_account(&new).map_err(failure)?;
    println!("{} {} {}", me.account.role, me.account.email.as_str(), me.account.id);
    Ok(())
}

fn phone(app: &App, text: &str) -> Result<Phone, Failure> {
    app.phone(text).ok_or_else(|| flag("phone", "a telephone number that can be dialled from abroad"))
}

/// Prints the accounts by name, a line each: role, status, address, name; between them tabs, which no field has.
pub(crate) fn list(app: &App, role: Option<&str>, status: Option<&str>) -> Result<(), Failure> {
    let filter = AccountFilter {
        roles: word("role", role)?.into(),
        statuses: word("status", status)?.into(),
        ..AccountFilter::default()
    };
    let mut page = PageRequest::longest();
    // Not `println!`, which panics when nobody reads to the end.
    let mut out = std::io::stdout().lock();
    loop {
        let found = app.list_accounts(&filter, &page).map_err(failure)?;
        for Account { role, status, email, full_name, .. } in &found.items {
            writeln!(out, "{role}\t{status}\t{}\t{full_name}", email.as_str())?;
        }
        if found.next.is_none() {
            return Ok(());
        }
        page.after = found.next;
    }
}

/// Opens an account and prints how it stands.
pub(crate) fn activate(app: &App, email: &EmailAddress) -> Result<(), Failure> {
    app.activate(email).map(|me| print_status(&me)).map_err(failure)
}

/// Closes an account and prints how it stands, and the visits still ahead: a line each, between tabs.
pub(crate) fn deactivate(app: &App, email: &EmailAddress) -> Result<(), Failure> {
    let closed = app.deactivate(email).map_err(failure)?;
    print_status(&closed.me);
    for AppointmentEntry { appointment: visit, .. } in &closed.needs_attention {
        println!("needs attention\t{}\t{}\t{}", visit.interval.start().to_rfc3339(), visit.status, visit.id);
    }
    Ok(())
}

/// Sets the password of an account.
pub(crate) fn reset_password(app: &App, email: &EmailAddress) -> Result<(), Failure> {
    app.set_password(email, &new_password()?).map_err(failure)?;
    println!("the password of {} is set, and its sessions are ended", email.as_str());
    Ok(())
}

fn print_status(me: &Me) {
    println!("{} {} {}", me.account.role, me.account.email.as_str(), me.account.status);
}

fn failure(error: Error) -> Failure {
    match error {
        Error::Refused(Refusal::Identity(identity_core::Refusal::WeakPassword(weak))) => {
            Failure::Password(weak.to_string())
        }
        error @ (Error::Refused(_) | Error::Store(_) | Error::Credentials(_)) => error.into(),
    }
}

fn word<W: Word>(name: &'static str, text: Option<&str>) -> Result<Option<W>, Failure> {
    let all = || W::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", ");
    text.map(|text| W::parse(text).ok_or_else(|| flag(name, &format!("one of {}", all())))).transpose()
}

fn new_password() -> Result<Password, Failure> {
    Password::new(read_password()?).map_err(|weak| Failure::Password(weak.to_string()))
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(name: &'static str, text: &str) -> Result<T, Failure> {
    text.parse().map_err(|error: T::Err| flag(name, &error.to_string()))
}

fn flag(flag: &'static str, reason: &str) -> Failure {
    Failure::Flag { flag, reason: reason.to_owned() }
}

/// Asks at a terminal; reads one line, without its end, anywhere else.
fn read_password() -> Result<String, Failure> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return rpassword::prompt_password("Password: ").map_err(|error| Failure::Password(error.to_string()));
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line).map_err(|error| Failure::Password(error.to_string()))?;
    let line = line.strip_suffix('\n').unwrap_or(&line);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
