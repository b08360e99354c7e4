//! Tokens that somebody has had their fingers in.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use testkit::fuzz;

use super::*;

const ISSUER: &str = "https://clinic.example";

/// What anybody could take for a token: of another key, of no key, of another kind.
const LOOKALIKES: &[&str] = &[
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiIwIn0.",
    "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwIn0.AAAA",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.AAAA",
    "e30.e30.",
    "..",
];

fn tokens() -> JwtTokens {
    let folder = tempfile::tempdir().unwrap();
    JwtTokens::new(&Keys::load_or_make(folder.path()).unwrap(), ISSUER, "slotkeeper")
}

prop_compose! {
    fn claims()(
        ids in any::<[u128; 3]>(),
        role in select(Role::ALL),
        email in fuzz::line(),
        issued_at in 0..=253_000_000_000_i64,
        minutes in 1..=10_080_i64,
    ) -> Claims {
        let [account, session, token] = ids.map(Uuid::from_u128);
        let issued_at = DateTime::from_timestamp(issued_at, 0).unwrap();
        Claims {
            account: AccountId::new(account),
            role,
            email,
            session: SessionId::new(session),
            token,
            issued_at,
            expires_at: issued_at + chrono::TimeDelta::minutes(minutes),
        }
    }
}

#[test]
fn a_token_says_what_was_signed_as_long_as_it_is_good() {
    let tokens = tokens();
    proptest!(|(claims in claims(), seconds in -100..=700_000_i64)| {
        let token = tokens.sign(&claims).unwrap();
        let now = claims.issued_at + chrono::TimeDelta::seconds(seconds);
        let good = -LEEWAY_SECONDS <= seconds && now < claims.expires_at + chrono::TimeDelta::seconds(LEEWAY_SECONDS);
        prop_assert_eq!(tokens.verify(&token, now), good.then_some(claims));
    });
}

#[test]
fn a_token_with_any_character_changed_is_none() {
    let tokens = tokens();
    proptest!(|(claims in claims(), at in any::<Index>(), other in fuzz::character())| {
        let token = tokens.sign(&claims).unwrap();
        let at = at.index(token.len());
        let changed = format!("{}{other}{}", &token[..at], &token[at + 1..]);
        prop_assert!(changed == token || tokens.verify(&changed, claims.issued_at).is_none(), "{}", changed);
    });
}

#[test]
fn a_token_with_any_bit_changed_is_none() {
    let tokens = tokens();
    proptest!(|(claims in claims(), part in 0..3_usize, bit in any::<Index>())| {
        let token = tokens.sign(&claims).unwrap();
        let mut parts: Vec<Vec<u8>> = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).collect();
        let bit = bit.index(parts[part].len() * 8);
        parts[part][bit / 8] ^= 1 << (bit % 8);
        let changed: Vec<String> = parts.iter().map(|part| URL_SAFE_NO_PAD.encode(part)).collect();
        prop_assert!(tokens.verify(&changed.join("."), claims.issued_at).is_none());
    });
}

#[test]
fn nobody_makes_a_token_up() {
    let tokens = tokens();
    proptest!(|(text in fuzz::text(LOOKALIKES))| {
        prop_assert!(tokens.verify(&text, DateTime::UNIX_EPOCH).is_none());
    });
}
