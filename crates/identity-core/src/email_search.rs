//! Accounts by what was typed of an e-mail address.

use kernel::fold;

use crate::EmailAddress;

/// How many characters of an address have a key of their own; who types fewer than the first does not mean an address.
const KEY_CHARS: [usize; 3] = [3, 6, 10];

/// How many characters of a domain are compared.
const DOMAIN_CHARS_MAX: usize = 60;

/// What was typed of an e-mail address: its beginning, or `@` and the whole domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmailSearch {
    /// The beginning, folded.
    Beginning(String),
    /// `@` and the domain, folded, as far as it is compared.
    Domain(String),
}

impl EmailSearch {
    /// None where the text cannot be meant so: it is shorter than three characters, or of several words.
    pub fn typed(text: &str) -> Option<Self> {
        let text = fold(text.trim());
        if text.contains(char::is_whitespace) || text.chars().count() < KEY_CHARS[0] {
            return None;
        }
        Some(if text.starts_with('@') { Self::Domain(first(&text, DOMAIN_CHARS_MAX)) } else { Self::Beginning(text) })
    }

    /// The one of [`email_keys`] that every address has which this finds; the longest that there is.
    pub fn key(&self) -> String {
        match self {
            Self::Domain(domain) => domain.clone(),
            Self::Beginning(text) => {
                let length = text.chars().count();
                let chars = KEY_CHARS.into_iter().filter(|chars| *chars <= length).max();
                first(text, chars.unwrap_or_default())
            }
        }
    }

    /// Whether this finds the address.
    pub fn finds(&self, email: &EmailAddress) -> bool {
        match self {
            Self::Beginning(text) => email.key().starts_with(text),
            Self::Domain(domain) => domain_of(&email.key()).as_ref() == Some(domain),
        }
    }
}

/// The keys that an address is looked for by.
pub fn email_keys(email: &EmailAddress) -> Vec<String> {
    let key = email.key();
    let length = key.chars().count();
    let beginnings = KEY_CHARS.into_iter().filter(|chars| *chars <= length).map(|chars| first(&key, chars));
    beginnings.chain(domain_of(&key)).collect()
}

fn domain_of(key: &str) -> Option<String> {
    key.rfind('@').and_then(|at| key.get(at..)).map(|domain| first(domain, DOMAIN_CHARS_MAX))
}

fn first(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(text: &str, email: &str) -> bool {
        let email: EmailAddress = email.parse().unwrap();
        let search = EmailSearch::typed(text);
        let found = search.as_ref().is_some_and(|search| search.finds(&email));
        assert!(
            !found || email_keys(&email).contains(&search.unwrap().key()),
            "{text} has one of the keys of {email:?}"
        );
        found
    }

    #[test]
    fn an_address_is_found_by_its_beginning_and_by_its_whole_domain() {
        let email = "Ada.Lovelace@Example.org";
        for text in
            ["ada", "ADA.", " ada.lov ", "ada.lovelace", "ada.lovelace@example.org", "@example.org", "@EXAMPLE.ORG"]
        {
            assert!(finds(text, email), "{text:?}");
        }
        for text in ["", "ad", "a", "lovelace", "ada lovelace", "@example", "example.org", "ada%", "ada_lovelace", "@"]
        {
            assert!(!finds(text, email), "{text:?}");
        }
    }

    #[test]
    fn a_long_domain_is_compared_as_far_as_its_key_goes() {
        let domain = format!("@{}.example.org", "a".repeat(60));
        assert!(finds(&domain, &format!("ada{domain}")));
        assert!(email_keys(&format!("ada{domain}").parse().unwrap()).iter().all(|key| key.chars().count() <= 60));
    }
}
