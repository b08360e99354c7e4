//! Accounts that the public cannot make.

use std::io::{BufRead, IsTerminal};

use application::accounts::{NewAccount, NewProfile};
use application::{App, Error, Refusal};
use identity_core::Password;

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
    if person.full_name.trim().is_empty() || NAME_CHARS_MAX < length || !kernel::is_one_line(&person.full_name) {
        return Err(flag("full-name", "one line of at most 200 characters that is not blank"));
    }
    let new = NewAccount {
        email: parsed("email", &person.email)?,
        full_name: person.full_name.clone(),
        phone: person.phone.as_deref().map(|text| parsed("phone", text)).transpose()?,
        username: person.username.as_deref().map(|text| parsed("username", text)).transpose()?,
        national_id: None,
        profile_pic: None,
        profile,
        password: Password::new(read_password()?).map_err(|weak| Failure::Password(weak.to_string()))?,
    };
    match app.create_account(&new) {
        Ok(me) => {
            println!("{} {} {}", me.account.role, me.account.email.as_str(), me.account.id);
            Ok(())
        }
        Err(Error::Refused(Refusal::Identity(identity_core::Refusal::WeakPassword(weak)))) => {
            Err(Failure::Password(weak.to_string()))
        }
        Err(error) => Err(error.into()),
    }
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
