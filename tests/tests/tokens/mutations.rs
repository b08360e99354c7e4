//! Tokens with which nobody gets in.

use acceptance::{Person, Server};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use jsonwebtoken::jwk::Jwk;
use serde_json::{Value, json};

use crate::forge::{Forge, OTHER_PUBLIC, encoded};

/// What an `Authorization` says, each with its name.
type Named = (String, Vec<String>);

/// Every way not to get in, as the headers `Authorization` of a request.
pub(crate) fn bad_credentials(server: &Server) -> Vec<Named> {
    let ada = server.patient();
    let forge = Forge::new(server, ada.token());
    // Otherwise the forged ones might be refused for another reason.
    let control = forge.claiming("exp", &json!(forge.claims["iat"].as_i64().unwrap() + 3600));
    let _ = server.client().with_token(&control).get("/auth/me").expect(200);

    let tokens =
        [misshapen(&forge), misclaimed(&forge), misheaded(&forge), missigned(server, &forge), elsewhere(server, &ada)];
    let of_tokens = tokens.into_iter().flatten().map(|(name, token)| (name, vec![format!("Bearer {token}")]));
    of_tokens.chain(misspelled(ada.token())).collect()
}

fn named<const N: usize>(tokens: [(&str, String); N]) -> Vec<(String, String)> {
    tokens.map(|(name, token)| (name.to_owned(), token)).into()
}

fn misshapen(forge: &Forge) -> Vec<(String, String)> {
    let [header, claims, signature] = forge.parts();
    let spaced = |text: &str| encoded([b" ", URL_SAFE_NO_PAD.decode(text).unwrap().as_slice()].concat());
    named([
        ("garbage", "garbage".to_owned()),
        ("empty", String::new()),
        ("dots", "..".to_owned()),
        ("endless", "a".repeat(6000)),
        ("no signature", format!("{header}.{claims}.")),
        ("no header", format!(".{claims}.{signature}")),
        ("no claims", format!("{header}..{signature}")),
        ("a part too many", format!("{header}.{claims}.{signature}.x")),
        ("five parts, as if encrypted", format!("{header}.{claims}.{signature}.{header}.{claims}")),
        ("parts in another order", format!("{claims}.{header}.{signature}")),
        ("padded", format!("{header}.{claims}.{signature}==")),
        ("claims with a space more", format!("{header}.{}.{signature}", spaced(claims))),
        ("header with a space more", format!("{}.{claims}.{signature}", spaced(header))),
        ("claims that are none", format!("{header}.{}.{signature}", encoded("null"))),
    ])
}

fn misclaimed(forge: &Forge) -> Vec<(String, String)> {
    let (issued, hour) = (forge.claims["iat"].as_i64().unwrap(), 3600);
    let nobody = json!("00000000-0000-7000-8000-000000000000");
    let wrong = [
        ("exp", json!(issued - 10)),
        ("exp", json!(0)),
        ("exp", json!(-1)),
        ("exp", json!(1e300)),
        ("exp", json!((issued + hour).to_string())),
        ("exp", json!([issued + hour])),
        ("nbf", json!(issued + hour)),
        ("nbf", json!("now")),
        ("iat", json!("now")),
        ("iss", json!("somebody")),
        ("iss", json!("slotkeeper ")),
        ("iss", json!(["slotkeeper"])),
        ("aud", json!("somebody")),
        ("aud", json!(["slotkeeper", "somebody"])),
        ("sub", nobody.clone()),
        ("sub", json!("' OR '1'='1")),
        ("sid", nobody),
        ("sid", json!({"$ne": ""})),
        ("jti", json!(7)),
        ("role", json!("owner")),
        ("role", json!(["admin"])),
    ];
    let missing =
        ["iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp", "role", "email"].map(|name| (name, json!(null)));
    let signed = wrong.iter().chain(&missing);
    let signed = signed.map(|(name, value)| (format!("{name}: {value}"), forge.claiming(name, value)));
    let raised = [("role", json!("admin")), ("exp", json!(issued + 2 * hour))];
    let raised = raised.iter().map(|(name, value)| (format!("{name} changed to {value}"), forge.tampered(name, value)));
    signed.chain(raised).collect()
}

fn misheaded(forge: &Forge) -> Vec<(String, String)> {
    let jwk: Jwk = serde_json::from_value(json!({"kty": "OKP", "crv": "Ed25519", "x": OTHER_PUBLIC})).unwrap();
    let own_jwk = jwk.clone();
    let other_name = |name: &str| forge.headed(|header| header.kid = Some(name.to_owned()));
    named([
        ("another type", forge.headed(|header| header.typ = Some("JWT".to_owned()))),
        ("no type", forge.headed(|header| header.typ = None)),
        ("a key from a file", other_name("../../dev/null")),
        ("a key from the database", other_name("' UNION SELECT 'x' --")),
        ("a key from a command", other_name("|echo x")),
        ("a key with no name", other_name("")),
        ("another key", forge.foreign(|_| {})),
        ("another key without a name", forge.foreign(|header| header.kid = None)),
        ("another key by address", forge.foreign(|header| header.jku = Some("http://127.0.0.1:1/jwks".to_owned()))),
        ("another key in the token", forge.foreign(|header| header.jwk = Some(jwk))),
        ("another key in the token, unnamed", {
            forge.foreign(|header| (header.jwk, header.kid) = (Some(own_jwk), None))
        }),
        ("a certificate by address", forge.foreign(|header| header.x5u = Some("http://127.0.0.1:1/x".to_owned()))),
        ("a certificate in the token", forge.foreign(|header| header.x5c = Some(vec!["MIIB".to_owned()]))),
    ])
}

fn missigned(server: &Server, forge: &Forge) -> Vec<(String, String)> {
    let jwks = server.client().at_root().get("/.well-known/jwks.json").body_of(200);
    let x = jwks["keys"][0]["x"].as_str().unwrap();
    let public = URL_SAFE_NO_PAD.decode(x).unwrap();
    let real = URL_SAFE_NO_PAD.decode(forge.parts()[2]).unwrap();
    let header = |more: Value| {
        let mut header = json!({"alg": "EdDSA", "typ": "at+jwt", "kid": forge.header.kid});
        header.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        header
    };
    let mut identity = vec![0; 64];
    identity[0] = 1;
    let mut tokens = named([
        ("HS256 with the public key's text", forge.symmetric(Algorithm::HS256, x.as_bytes())),
        ("HS256 with the public key", forge.symmetric(Algorithm::HS256, &public)),
        ("HS512 with the public key", forge.symmetric(Algorithm::HS512, &public)),
        ("HS256 with the key set", forge.symmetric(Algorithm::HS256, jwks.to_string().as_bytes())),
        ("HS256 with nothing", forge.symmetric(Algorithm::HS256, b"")),
        ("zeros for a signature", forge.bearing(&header(json!({})), &[0; 64])),
        ("a signature of the neutral point", forge.bearing(&header(json!({})), &identity)),
        ("half a signature", forge.bearing(&header(json!({})), &real[..32])),
        ("a signature twice", forge.bearing(&header(json!({})), &real.repeat(2))),
        ("the real signature under another header", forge.bearing(&header(json!({"cty": "x"})), &real)),
        ("what must be understood", forge.bearing(&header(json!({"crit": ["exp"], "exp": 0})), &real)),
        ("claims that are not encoded", forge.bearing(&header(json!({"b64": false, "crit": ["b64"]})), &real)),
        ("no algorithm", forge.bearing(&json!({"typ": "at+jwt", "kid": forge.header.kid}), &real)),
        ("a signature that is not the least", forge.malleated()),
    ]);
    for alg in ["none", "None", "NONE", "nOnE", "", "EdDSA", "eddsa", "RS256", "PS512", "ES256", "ES256K", "HS256"] {
        tokens.push((format!("alg {alg:?}, unsigned"), forge.unsigned(alg)));
        tokens.push((
            format!("alg {alg:?}, under its own header"),
            forge.bearing(&header(json!({"alg": alg, "x": 1})), &real),
        ));
    }
    tokens
}

/// Good for something else, or not any more.
fn elsewhere(server: &Server, ada: &Person) -> Vec<(String, String)> {
    let left = ada.again(&server.client());
    let _ = left.client.post_nothing("/auth/logout").expect(204);
    let other = Server::start(server.data().engine());
    named([
        ("a refresh token", ada.login["refresh_token"].as_str().unwrap().to_owned()),
        ("logged out", left.token().to_owned()),
        ("another clinic's", other.patient().token().to_owned()),
    ])
}

/// A good token, not as RFC 6750 and RFC 9110 would have it sent.
fn misspelled(token: &str) -> Vec<Named> {
    let good = format!("Bearer {token}");
    let lines = [
        ("no scheme", vec![token.to_owned()]),
        ("another scheme", vec![format!("Basic {token}")]),
        ("a scheme that begins so", vec![format!("Bearerx {token}")]),
        ("no space", vec![format!("Bearer{token}")]),
        ("a tab for the space", vec![format!("Bearer\t{token}")]),
        ("quoted", vec![format!("Bearer \"{token}\"")]),
        ("as a parameter", vec![format!("Bearer token={token}")]),
        ("twice in one", vec![format!("{good}, {good}")]),
        ("something behind it", vec![format!("{good} x")]),
        ("two lines, the first good", vec![good.clone(), "Bearer garbage".to_owned()]),
        ("two lines, the second good", vec!["Bearer garbage".to_owned(), good.clone()]),
        ("two lines, both good", vec![good.clone(), good]),
    ];
    lines.map(|(name, lines)| (name.to_owned(), lines)).into()
}
