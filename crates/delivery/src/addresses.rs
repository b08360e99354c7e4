//! Addresses as mail servers take them.

use lettre::Address;
use lettre::address::AddressError;

/// The same address with its domain as the domain name system knows it (RFC 5891, 4.4), which every mail server takes: only
/// the part before the at sign needs one that speaks SMTPUTF8 (RFC 6531).
pub(crate) fn with_ascii_domain(address: &Address) -> Result<Address, AddressError> {
    let domain = address.domain();
    if domain.is_ascii() {
        return Ok(address.clone());
    }
    let domain = idna::domain_to_ascii(domain).map_err(|_| AddressError::InvalidDomain)?;
    Address::new(address.user(), domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Option<String> {
        let address: Address = text.parse().ok()?;
        with_ascii_domain(&address).ok().map(|address| address.to_string())
    }

    #[test]
    fn a_domain_goes_as_its_a_label_and_what_is_before_it_as_it_is() {
        for (given, sent) in [
            ("jose@ex\u{e4}mple.com", "jose@xn--exmple-cua.com"),
            ("jose@exa\u{308}mple.com", "jose@xn--exmple-cua.com"),
            ("jos\u{e9}@EX\u{c4}MPLE.com", "jos\u{e9}@xn--exmple-cua.com"),
            ("a@b\u{fc}cher.example", "a@xn--bcher-kva.example"),
            ("a@\u{4f8b}\u{5b50}.example", "a@xn--fsqu00a.example"),
            ("Ada.Lovelace@Example.org", "Ada.Lovelace@Example.org"),
            ("a@[127.0.0.1]", "a@[127.0.0.1]"),
            ("jos\u{e9}@example.org", "jos\u{e9}@example.org"),
        ] {
            assert_eq!(check(given).as_deref(), Some(sent), "{given}");
        }
    }
}
