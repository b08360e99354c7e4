use identity_core::ports::CredentialFailure;
use kernel::StoreError;

use super::{Code, Problem};

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Unavailable { .. } => {
                Self::new(Code::Unavailable, "the store cannot be reached; nothing was written").caused_by(error)
            }
            StoreError::Contended { .. } => {
                Self::new(Code::Contended, "too many others wanted the same; nothing was written").caused_by(error)
            }
            StoreError::OutcomeUnknown { .. } => Self::new(
                Code::OutcomeUnknown,
                "the store did not say whether this was kept: look before you send it again, or send it with the same \
                 Idempotency-Key",
            )
            .caused_by(error),
            StoreError::Corrupt { .. } | StoreError::Failed { .. } => Self::internal(error),
        }
    }
}

impl From<CredentialFailure> for Problem {
    fn from(failure: CredentialFailure) -> Self {
        Self::internal(failure)
    }
}
