//! How people are addressed, so that nobody has the clinic mail a stranger what they like in the place of a name.

/// Whether an address is known to be that of the person who is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressProof {
    /// They have followed a link that was mailed there, or the installation takes addresses on trust.
    Known,
    /// Anybody may have typed it.
    Unknown,
}

/// The name by which a mail addresses somebody; empty where it is left out: at an address that nobody has proved, and where
/// it would become a link.
pub fn addressed_as(name: &str, proof: AddressProof) -> &str {
    if proof == AddressProof::Unknown || leads_to_the_web(name) { "" } else { name }
}

/// Whether a mail program would make a link of it: `https://…`, `www.…`, `a@b`, or a word with a dot and two letters behind it.
fn leads_to_the_web(name: &str) -> bool {
    name.contains(['/', '@', '\\']) || name.split_whitespace().any(is_like_a_host)
}

fn is_like_a_host(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['.', '。', '．', '｡']).collect();
    parts.windows(2).any(|pair| match pair {
        [before, after] => {
            before.chars().next_back().is_some_and(char::is_alphanumeric)
                && after.chars().take(2).filter(|c| c.is_alphanumeric()).count() == 2
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_addressed_by_their_names() {
        for name in [
            "Ada Lovelace",
            "J. R. R. Tolkien",
            "J.R.R. Tolkien",
            "Dr. Grace Hopper",
            "D’Arcy O’Neill",
            "山田 太郎",
            "A.",
        ] {
            assert_eq!(addressed_as(name, AddressProof::Known), name);
            assert_eq!(addressed_as(name, AddressProof::Unknown), "", "{name}");
        }
    }

    #[test]
    fn what_would_be_a_link_is_nobodys_name() {
        for name in [
            "Win at https://evil.example",
            "evil.example",
            "Ada www.evil.example",
            "evil.example/prize",
            "you@evil.example",
            "\\\\evil\\share",
            "evil。example",
            "192.168.10.10",
        ] {
            assert_eq!(addressed_as(name, AddressProof::Known), "", "{name}");
        }
    }
}
