//! What is a token of ours, and what only looks like one.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;

const ISSUER: &str = "https://clinic.example";
const AUDIENCE: &str = "slotkeeper";

struct Forge {
    folder: TempDir,
    keys: Keys,
    tokens: JwtTokens,
}

impl Forge {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::load_or_make(folder.path()).unwrap();
        let tokens = JwtTokens::new(&keys, ISSUER, AUDIENCE);
        Self { folder, keys, tokens }
    }

    /// A token of ours in which header members and claims were replaced (null: left out), signed with our own key.
    fn with(&self, header: &Value, claims: &Value) -> String {
        let signed = |message: &str| {
            jsonwebtoken::crypto::sign(message.as_bytes(), &self.tokens.signing, Algorithm::EdDSA).unwrap()
        };
        let message = message(
            &changed(json!({ "alg": "EdDSA", "typ": TYPE, "kid": self.keys.kid() }), header),
            &changed(wire(), claims),
        );
        format!("{message}.{}", signed(&message))
    }

    fn accepts(&self, token: &str) -> bool {
        self.tokens.verify(token, now()).is_some()
    }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn claims() -> Claims {
    Claims {
        account: AccountId::new(Uuid::from_u128(1)),
        role: Role::Doctor,
        email: "zoë@example.org".to_owned(),
        session: SessionId::new(Uuid::from_u128(2)),
        token: Uuid::from_u128(3),
        issued_at: now(),
        expires_at: now() + TimeDelta::minutes(60),
    }
}

fn wire() -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": Uuid::from_u128(1).to_string(), "role": "doctor",
        "email": "zoë@example.org", "sid": Uuid::from_u128(2).to_string(), "jti": Uuid::from_u128(3).to_string(),
        "iat": now().timestamp(), "nbf": now().timestamp(), "exp": now().timestamp() + 3600,
    })
}

fn changed(mut object: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        object[name] = value.clone();
    }
    object.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    object
}

fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

#[test]
fn what_was_signed_is_read_back() {
    let forge = Forge::new();
    let token = forge.tokens.sign(&claims()).unwrap();
    assert_eq!(forge.tokens.verify(&token, now()), Some(claims()));
    assert_eq!(token, forge.tokens.sign(&claims()).unwrap(), "Ed25519 needs no randomness");

    let header = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!((header.alg, header.typ.as_deref()), (Algorithm::EdDSA, Some("at+jwt")));
    assert_eq!(header.kid.as_deref(), Some(forge.keys.kid()));
}

#[test]
fn another_node_with_the_same_keys_understands_it() {
    let forge = Forge::new();
    let token = forge.tokens.sign(&claims()).unwrap();
    let keys = Keys::load_or_make(forge.folder.path()).unwrap();
    assert_eq!(JwtTokens::new(&keys, ISSUER, AUDIENCE).verify(&token, now()), Some(claims()));
}

#[test]
fn the_published_key_verifies_it() {
    let forge = Forge::new();
    let set: jsonwebtoken::jwk::JwkSet = serde_json::from_str(&forge.keys.jwks()).unwrap();
    let jwk = set.find(forge.keys.kid()).unwrap();
    let token = forge.tokens.sign(&claims()).unwrap();
    let published = DecodingKey::from_jwk(jwk).unwrap();
    assert!(jsonwebtoken::decode::<WireClaims>(&token, &published, &forge.tokens.validation).is_ok());
}

#[test]
fn it_lives_from_issue_to_expiry_with_five_seconds_either_way() {
    let forge = Forge::new();
    let token = forge.tokens.sign(&claims()).unwrap();
    let expiry = claims().expires_at;
    for (at, valid) in [
        (now() - TimeDelta::seconds(6), false),
        (now() - TimeDelta::seconds(5), true),
        (expiry - TimeDelta::seconds(1), true),
        (expiry + TimeDelta::milliseconds(4_999), true),
        (expiry + TimeDelta::seconds(5), false),
        (DateTime::<Utc>::MIN_UTC, false),
        (DateTime::<Utc>::MAX_UTC, false),
    ] {
        assert_eq!(forge.tokens.verify(&token, at).is_some(), valid, "{at}");
    }
}

#[test]
fn every_claim_is_required_and_of_its_type() {
    let forge = Forge::new();
    assert!(forge.accepts(&forge.with(&json!({}), &json!({}))), "the forge makes good tokens");
    for name in wire().as_object().unwrap().keys() {
        for value in [Value::Null, json!({}), json!([]), json!(true), json!(1.5), json!(-1), json!("x")] {
            if name == "email" && value.is_string() || name == "iat" && value.is_i64() {
                continue;
            }
            let token = forge.with(&json!({}), &json!({ name: value }));
            assert!(!forge.accepts(&token), "{name}: {value}");
        }
    }
}

#[test]
fn a_token_of_another_issuer_audience_or_role_is_not_ours() {
    let forge = Forge::new();
    for claims in [
        json!({ "iss": "https://other.example" }),
        json!({ "iss": [ISSUER] }),
        json!({ "aud": "other" }),
        json!({ "aud": [AUDIENCE, "other"] }),
        json!({ "role": "root" }),
        json!({ "exp": i64::MAX }),
        json!({ "exp": now().timestamp() - 3600 }),
        json!({ "nbf": now().timestamp() + 3600 }),
    ] {
        assert!(!forge.accepts(&forge.with(&json!({}), &claims)), "{claims}");
    }
}

#[test]
fn a_header_cannot_choose_key_algorithm_or_purpose() {
    let forge = Forge::new();
    for header in [
        json!({ "alg": "none" }),
        json!({ "alg": "HS256" }),
        json!({ "alg": "ES256" }),
        json!({ "alg": "eddsa" }),
        json!({ "alg": null }),
        json!({ "kid": "another" }),
        json!({ "kid": "" }),
        json!({ "kid": "../../dev/null" }),
        json!({ "typ": "JWT" }),
        json!({ "typ": null }),
        json!({ "crit": ["exp"] }),
    ] {
        assert!(!forge.accepts(&forge.with(&header, &json!({}))), "{header}");
    }
    assert!(forge.accepts(&forge.with(&json!({ "kid": null }), &json!({}))), "a key of ours needs no name");
}

#[test]
fn a_key_that_the_token_brings_along_is_not_used() {
    let (ours, theirs) = (Forge::new(), Forge::new());
    let set: Value = serde_json::from_str(&theirs.keys.jwks()).unwrap();
    for header in [
        json!({ "kid": ours.keys.kid() }),
        json!({ "kid": null }),
        json!({ "kid": ours.keys.kid(), "jku": "https://attacker.example/jwks.json" }),
        json!({ "kid": ours.keys.kid(), "x5u": "https://attacker.example/cert.pem" }),
        json!({ "kid": ours.keys.kid(), "jwk": set["keys"][0] }),
    ] {
        let token = theirs.with(&header, &json!({}));
        assert!(!ours.accepts(&token), "{header}");
    }
}

#[test]
fn the_public_key_is_no_secret_to_sign_with() {
    let forge = Forge::new();
    for secret in [forge.keys.public().to_vec(), URL_SAFE_NO_PAD.encode(forge.keys.public()).into_bytes()] {
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(forge.keys.kid().to_owned());
        let token = jsonwebtoken::encode(&header, &wire(), &EncodingKey::from_secret(&secret)).unwrap();
        assert!(!forge.accepts(&token));
    }
}

#[test]
fn an_unsigned_or_altered_token_is_refused() {
    let forge = Forge::new();
    let token = forge.tokens.sign(&claims()).unwrap();
    let (head, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = head.split_once('.').unwrap();
    let none = message(&json!({ "alg": "none", "typ": TYPE }), &wire());
    let admin = URL_SAFE_NO_PAD.encode(changed(wire(), &json!({ "role": "admin" })).to_string());
    for altered in [
        format!("{none}."),
        none.clone(),
        format!("{none}.{signature}"),
        format!("{head}."),
        head.to_owned(),
        format!("{header}.{admin}.{signature}"),
        format!("{token}.{signature}"),
        format!("{token}="),
        format!(" {token}"),
        format!("{head}.{}", URL_SAFE_NO_PAD.encode([0; 64])),
        format!("{head}.{}", URL_SAFE_NO_PAD.encode([0; 63])),
    ] {
        assert!(!forge.accepts(&altered), "{altered}");
    }
}

#[test]
fn garbage_of_any_size_is_refused() {
    let forge = Forge::new();
    let deep = URL_SAFE_NO_PAD.encode("[".repeat(2_000));
    for garbage in ["", ".", "..", "...", "a.b.c", "🩺.🩺.🩺", "Bearer x", "\0\0\0", "eyJ9.eyJ9.eyJ9"] {
        assert!(!forge.accepts(garbage), "{garbage:?}");
    }
    assert!(!forge.accepts(&format!("{deep}.{deep}.x")));
    assert!(!forge.accepts(&"a".repeat(1 << 20)));
    assert!(!forge.accepts(&forge.with(&json!({}), &json!({ "padding": "x".repeat(1 << 20) }))));
}

#[test]
fn the_longest_address_still_fits() {
    let forge = Forge::new();
    let email = format!("{}@example.org", "é".repeat(121));
    let token = forge.tokens.sign(&Claims { email, ..claims() }).unwrap();
    assert!(token.len() * 2 < TOKEN_BYTES_MAX);
    assert!(forge.accepts(&token));
}

#[test]
fn a_refresh_token_is_new_each_time_and_no_access_token() {
    let forge = Forge::new();
    let (first, hash) = forge.tokens.fresh_refresh_token().unwrap();
    let (second, _) = forge.tokens.fresh_refresh_token().unwrap();
    assert_ne!(first, second);
    assert_eq!(URL_SAFE_NO_PAD.decode(&first).unwrap().len(), 32);
    assert_eq!(forge.tokens.hash_of(&first), hash);
    assert_ne!(forge.tokens.hash_of(&second), hash);
    assert!(!forge.accepts(&first));
}

#[test]
fn the_next_refresh_token_is_the_same_on_every_node_and_nobody_makes_it_without_the_key() {
    let forge = Forge::new();
    let (first, _) = forge.tokens.fresh_refresh_token().unwrap();
    let next = forge.tokens.next_refresh_token(&first);
    let keys = Keys::load_or_make(forge.folder.path()).unwrap();
    assert_eq!(JwtTokens::new(&keys, ISSUER, AUDIENCE).next_refresh_token(&first), next);
    assert_ne!(Forge::new().tokens.next_refresh_token(&first), next);
    assert_eq!(forge.tokens.hash_of(&next.0), next.1);
    assert_eq!(URL_SAFE_NO_PAD.decode(&next.0).unwrap().len(), 32);
    assert_ne!(forge.tokens.next_refresh_token(&next.0).0, first);
}

#[test]
fn a_device_token_is_good_for_its_account_and_with_any_bit_changed_for_none() {
    let forge = Forge::new();
    let [bea, eve] = [1, 2].map(|n| AccountId::new(Uuid::from_u128(n)));
    let device = Device { id: DeviceId::new(Uuid::from_u128(3)), issued_at: now() + TimeDelta::microseconds(7) };
    let token = forge.tokens.sign_device(bea, &device);
    assert_eq!(forge.tokens.verify_device(bea, &token), Some(device));
    assert_eq!(forge.tokens.verify_device(eve, &token), None);
    assert_eq!(Forge::new().tokens.verify_device(bea, &token), None);
    let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(forge.tokens.verify_device(bea, &URL_SAFE_NO_PAD.encode(changed)), None, "{bit}");
    }
    for garbage in ["", "x", &token[1..], &format!("{token}A"), &"A".repeat(TOKEN_BYTES_MAX + 1)] {
        assert_eq!(forge.tokens.verify_device(bea, garbage), None, "{garbage}");
    }
}

#[test]
fn a_hashed_name_is_the_same_for_all_its_spellings_and_tells_nothing_without_the_key() {
    let forge = Forge::new();
    let of = |forge: &Forge, text: &str| forge.tokens.hash_name(&LoginName::typed(text));
    assert_eq!(of(&forge, "Ada@Example.org"), of(&forge, "ada@EXAMPLE.ORG"));
    assert_ne!(of(&forge, "ada@example.org"), of(&forge, "bea@example.org"));
    assert_ne!(of(&forge, "ada@example.org"), of(&Forge::new(), "ada@example.org"));
    assert_ne!(of(&forge, "ada@example.org"), <[u8; 32]>::from(Sha256::digest("ada@example.org")));
}
