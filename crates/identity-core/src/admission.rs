//! Whether an account may come in.

use crate::{Account, AccountStatus, Refusal};

/// Whether an installation wants e-mail addresses to be proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailProof {
    /// Nobody comes in before.
    Required,
    /// An address is taken on trust.
    OnTrust,
}

/// Lets in who is active and, where that is wanted, has proved their address. Ask only on behalf of somebody who knows
/// the password: the answer tells that there is such an account.
///
/// # Errors
/// `AccountInactive`; `EmailUnverified`, which its owner can mend, before `AccountWaiting`, which they cannot.
pub fn decide_admission(account: &Account, proof: EmailProof) -> Result<(), Refusal> {
    match account.status {
        AccountStatus::Inactive => Err(Refusal::AccountInactive),
        AccountStatus::Active | AccountStatus::Waiting if is_unproved(account, proof) => Err(Refusal::EmailUnverified),
        AccountStatus::Waiting => Err(Refusal::AccountWaiting),
        AccountStatus::Active => Ok(()),
    }
}

fn is_unproved(account: &Account, proof: EmailProof) -> bool {
    proof == EmailProof::Required && account.email_verified_at.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::account;
    use kernel::Role;

    #[test]
    fn who_is_active_and_proved_comes_in_and_everybody_else_is_told_why_not() {
        use AccountStatus::{Active, Inactive, Waiting};
        use EmailProof::{OnTrust, Required};

        let proved = account(Role::Patient);
        let unproved = Account { email_verified_at: None, ..proved.clone() };
        for (status, proof, of_proved, of_unproved) in [
            (Active, OnTrust, Ok(()), Ok(())),
            (Active, Required, Ok(()), Err(Refusal::EmailUnverified)),
            (Waiting, OnTrust, Err(Refusal::AccountWaiting), Err(Refusal::AccountWaiting)),
            (Waiting, Required, Err(Refusal::AccountWaiting), Err(Refusal::EmailUnverified)),
            (Inactive, OnTrust, Err(Refusal::AccountInactive), Err(Refusal::AccountInactive)),
            (Inactive, Required, Err(Refusal::AccountInactive), Err(Refusal::AccountInactive)),
        ] {
            let decide = |account: &Account| decide_admission(&Account { status, ..account.clone() }, proof);
            assert_eq!((decide(&proved), decide(&unproved)), (of_proved, of_unproved), "{status} {proof:?}");
        }
    }
}
