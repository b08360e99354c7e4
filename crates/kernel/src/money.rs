use std::fmt;

use thiserror::Error;

/// Three capital letters that name a currency (ISO 4217).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The euro.
    pub const EUR: Self = Self(*b"EUR");

    /// `None` for anything but three ASCII capitals.
    pub fn parse(text: &str) -> Option<Self> {
        let letters: [u8; 3] = text.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| fmt::Write::write_char(f, char::from(*letter)))
    }
}

/// An amount that is not negative, in the currency's minor units (cents, kobo).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    amount_minor: i64,
    currency: Currency,
}

/// A price as people say it: the currency goes without saying where it is the usual one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Price {
    amount_minor: i64,
    currency: Option<Currency>,
}

/// Why this is not an amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotMoney {
    /// A fee cannot be less than nothing.
    #[error("the amount is negative")]
    Negative,
    /// Not a currency of ISO 4217's form.
    #[error("the currency is not three capital letters")]
    Currency,
}

impl Money {
    /// Puts an amount and a currency together.
    ///
    /// # Errors
    /// [`NotMoney`] says which of the two is not acceptable.
    pub fn new(amount_minor: i64, currency: &str) -> Result<Self, NotMoney> {
        if amount_minor < 0 {
            return Err(NotMoney::Negative);
        }
        let currency = Currency::parse(currency).ok_or(NotMoney::Currency)?;
        Ok(Self { amount_minor, currency })
    }

    /// Minor units, never negative.
    pub const fn amount_minor(self) -> i64 {
        self.amount_minor
    }

    /// Of which currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }
}

impl Price {
    /// Puts an amount, and a currency if one was named, together.
    ///
    /// # Errors
    /// [`NotMoney`] says which of the two is not acceptable.
    pub fn new(amount_minor: i64, currency: Option<&str>) -> Result<Self, NotMoney> {
        if amount_minor < 0 {
            return Err(NotMoney::Negative);
        }
        let currency = currency.map(|text| Currency::parse(text).ok_or(NotMoney::Currency)).transpose()?;
        Ok(Self { amount_minor, currency })
    }

    /// The amount of money that is meant where this currency is the usual one.
    pub fn in_full(self, usual: Currency) -> Money {
        Money { amount_minor: self.amount_minor, currency: self.currency.unwrap_or(usual) }
    }
}

impl From<Money> for Price {
    fn from(Money { amount_minor, currency }: Money) -> Self {
        Self { amount_minor, currency: Some(currency) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_not_negative_and_names_its_currency() {
        assert_eq!(Money::new(-1, "EUR"), Err(NotMoney::Negative));
        for bad in ["", "EU", "eur", "EURO", "€€€", "E1R"] {
            assert_eq!(Money::new(1, bad), Err(NotMoney::Currency), "{bad}");
        }
        let fee = Money::new(0, "NGN").unwrap();
        assert_eq!((fee.amount_minor(), fee.currency().to_string().as_str()), (0, "NGN"));
    }

    #[test]
    fn a_price_that_names_no_currency_is_in_the_usual_one() {
        let full = |currency| Price::new(7, currency).map(|price| price.in_full(Currency::EUR));
        assert_eq!(full(None), Money::new(7, "EUR"));
        assert_eq!(full(Some("NGN")), Money::new(7, "NGN"));
        assert_eq!(full(Some("ngn")), Err(NotMoney::Currency));
        assert_eq!(Price::new(-1, None), Err(NotMoney::Negative));
        let fee = Money::new(7, "NGN").unwrap();
        assert_eq!(Price::from(fee).in_full(Currency::EUR), fee);
    }
}
