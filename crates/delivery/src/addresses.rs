//! Addresses as mail servers take them.

use lettre::Address;

/// The same address with its domain as the domain name system knows it (RFC 5891, 4.4), which every mail server takes: only
/// the part before the at sign needs one that speaks SMTPUTF8 (RFC 6531). A domain without such a form stays as it is.
pub(crate) fn with_ascii_domain(address: Address) -> Address {
    if address.domain().is_ascii() {
        return address;
    }
    let domain = idna::domain_to_ascii(address.domain()).ok();
    domain.and_then(|domain| Address::new(address.user(), domain).ok()).unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Option<String> {
        text.parse().ok().map(|address| with_ascii_domain(address).to_string())
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
