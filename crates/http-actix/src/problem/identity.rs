use actix_web::http::header::RETRY_AFTER;
use identity_core::{Refusal, UniqueField, WeakPassword};

use super::{Code, FieldError, Problem};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            Refusal::Taken { field } => {
                let code = match field {
                    UniqueField::Email => Code::EmailTaken,
                    UniqueField::Username => Code::UsernameTaken,
                    UniqueField::Phone => Code::PhoneTaken,
                    UniqueField::NationalId => Code::NationalIdTaken,
                };
                Self::new(code, detail.clone()).at(FieldError::new(format!("/{field}"), "taken", detail))
            }
            Refusal::TooManyAdmins { .. } => Self::new(Code::TooManyAdmins, detail),
            Refusal::WeakPassword(weak) => Self::from(weak),
            Refusal::WrongCredentials => Self::new(Code::WrongCredentials, detail),
            Refusal::TooManyAttempts { retry_after_seconds } => {
                Self::new(Code::TooManyAttempts, detail).with_header(RETRY_AFTER, retry_after_seconds.into())
            }
            Refusal::TooManyTakenNames { retry_after_seconds } => {
                Self::new(Code::TooManyTakenNames, detail).with_header(RETRY_AFTER, retry_after_seconds.into())
            }
            Refusal::AccountWaiting => Self::new(Code::AccountWaiting, detail),
            Refusal::EmailUnverified => Self::new(Code::EmailUnverified, detail),
            Refusal::AccountInactive => Self::new(Code::AccountInactive, detail),
            Refusal::WrongPassword => Self::invalid_field("/old_password", "wrong_password", detail),
            Refusal::OwnAccount => Self::new(Code::OwnAccount, detail),
            Refusal::LastAdmin => Self::new(Code::LastAdmin, detail),
            Refusal::RefreshTokenInvalid => Self::new(Code::RefreshTokenInvalid, detail),
            Refusal::RefreshTokenReused => Self::new(Code::RefreshTokenReused, detail),
            Refusal::OneTimeTokenInvalid => {
                Self::new(Code::TokenInvalid, detail.clone()).at(FieldError::new("/token", "token_invalid", detail))
            }
            Refusal::UnknownSession => Self::new(Code::UnknownSession, detail),
            Refusal::Stale { .. } => Self::new(Code::Stale, detail),
        }
    }
}

impl From<WeakPassword> for Problem {
    fn from(weak: WeakPassword) -> Self {
        Self::invalid_field("/password", "weak_password", weak.to_string())
    }
}
