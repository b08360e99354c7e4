//! Another e-mail address for one's own account, and its end.

use identity_core::{EmailAddress, EmailProof, Subject, recovering, registering};
use kernel::{MessageId, UnitOfWorkExt};
use messaging_core::MessageKind;

use super::{Me, mail, me_of, taken_on_trust};
use crate::administering::{Closed, Closing};
use crate::audit::{AuditAction, account_fields, record};
use crate::{App, Caller, Error};

impl App {
    /// Changes the caller's e-mail address: at once where addresses are taken on trust. Where they are to be proved, the
    /// new one is `pending_email` until its link is opened, which is mailed there at most once a minute; whether another
    /// account has it is not told, and then nothing is sent.
    ///
    /// # Errors
    /// `WrongPassword`, `TooManyAttempts`; where addresses are taken on trust, an address that is taken and
    /// `TooManyTakenNames`; or the store fails.
    pub fn change_my_email(&self, caller: &Caller, email: &EmailAddress, password: &str) -> Result<Me, Error> {
        let confirmed = self.confirm_password(caller, password)?;
        let proof = self.email_proof();
        let is_other = email.key() != confirmed.account.email.key();
        let (now, audit, message) = (self.clock.now(), self.ids.fresh(), MessageId::new(self.ids.fresh()));
        let kind = MessageKind::VerifyEmail;
        let tells = (proof == EmailProof::OnTrust).then(|| Subject::taken_for_account(caller.account));
        self.counting_taken(tells.as_ref(), || {
            self.store.write(|store| {
                let before = confirmed.account(store, now)?;
                let after = if is_other && proof == EmailProof::Required {
                    if !recovering::is_mail_due(store.last_owed(before.id, kind)?, now) {
                        let retry_after_seconds = recovering::MAIL_PAUSE_SECONDS;
                        return Err(identity_core::Refusal::TooManyAttempts { retry_after_seconds }.into());
                    }
                    store.add_messages(&[mail(message, kind, before.id, now)])?;
                    recovering::want_email(store, before.clone(), email, now)?
                } else {
                    let proved = if is_other { taken_on_trust(proof, now) } else { before.email_verified_at };
                    let after = recovering::with_email(&before, email.clone(), proved);
                    registering::amend(store, &before, &after)?;
                    store.retire_one_time_tokens(after.id, now)?;
                    after
                };
                let fields = account_fields(&before, &after);
                record(store, audit, now, Some(caller), AuditAction::AccountChanged, Some(after.id.uuid()), fields)?;
                Ok(me_of(store, after)?)
            })
        })
    }

    /// Closes the caller's account and ends its sessions. The visits still ahead stay, and somebody has to decide about
    /// them.
    ///
    /// # Errors
    /// `WrongPassword`, `TooManyAttempts`, `LastAdmin`; or the store fails.
    pub fn close_my_account(&self, caller: &Caller, password: &str) -> Result<Closed, Error> {
        let confirmed = self.confirm_password(caller, password)?;
        self.close_account(Some(caller), &Closing { id: caller.account, kept: None, confirmed: Some(&confirmed) })
    }
}
