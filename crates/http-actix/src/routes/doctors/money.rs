use kernel::{Money, Price};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::checks;
use crate::problem::Problem;

/// An amount of money.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MoneyReply {
    /// In minor units: cents, kobo.
    #[schema(minimum = 0)]
    amount_minor: i64,
    /// Three capital letters (ISO 4217).
    #[schema(pattern = "^[A-Z]{3}$")]
    currency: String,
}

/// What something costs.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PriceBody {
    /// In minor units: cents, kobo.
    #[validate(range(min = 0, message = "must not be negative"))]
    #[schema(minimum = 0)]
    amount_minor: i64,
    /// Three capital letters (ISO 4217); the installation's currency unless said.
    #[validate(custom(function = "checks::currency"))]
    #[schema(pattern = "^[A-Z]{3}$")]
    currency: Option<String>,
}

impl PriceBody {
    /// Reads an amount that was checked before; says where it stands if it was not.
    pub(crate) fn read(&self, pointer: &str) -> Result<Price, Problem> {
        Price::new(self.amount_minor, self.currency.as_deref())
            .map_err(|why| Problem::invalid_field(pointer, "format", why.to_string()))
    }
}

impl From<Money> for MoneyReply {
    fn from(money: Money) -> Self {
        Self { amount_minor: money.amount_minor(), currency: money.currency().to_string() }
    }
}
