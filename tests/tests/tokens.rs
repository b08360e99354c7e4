//! Who gets in: on every route that wants an access token, and with which tokens nobody does.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it should be"
)]

use std::fs;

use acceptance::client::API;
use acceptance::routes::{Route, described};
use acceptance::{Answer, Client, Engine, Server, days, on_each_engine};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode_header};
use serde_json::{Value, json};

on_each_engine!(
    without_a_good_token_no_guarded_route_opens,
    what_a_token_says_of_the_role_is_not_believed,
    only_the_header_of_rfc_6750_carries_a_token,
    the_published_key_verifies_what_is_signed,
);

/// The key of RFC 8410, 10.3: anybody's, and so not ours.
const OTHER_KEY: &str = "-----BEGIN PRIVATE KEY-----\n\
                         MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
                         -----END PRIVATE KEY-----\n";

/// What is needed to forge tokens: a good one's parts, and the key it was signed with.
struct Forge {
    header: Header,
    claims: Value,
    key: EncodingKey,
    token: String,
}

impl Forge {
    fn new(server: &Server, token: &str) -> Self {
        let pem = fs::read(server.data().keys().join("signing.pem")).unwrap();
        let payload = token.split('.').nth(1).unwrap();
        Self {
            header: decode_header(token).unwrap(),
            claims: serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap(),
            key: EncodingKey::from_ed_pem(&pem).unwrap(),
            token: token.to_owned(),
        }
    }

    /// Signed with the real key, with one claim as it should not be; null leaves it out.
    fn claiming(&self, name: &str, value: &Value) -> String {
        jsonwebtoken::encode(&self.header, &self.with(name, value), &self.key).unwrap()
    }

    fn with(&self, name: &str, value: &Value) -> Value {
        let mut claims = self.claims.clone();
        claims[name] = value.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        }
        claims
    }

    /// With the real signature over other claims.
    fn tampered(&self, name: &str, value: &Value) -> String {
        let payload = URL_SAFE_NO_PAD.encode(self.with(name, value).to_string());
        let parts: Vec<&str> = self.token.split('.').collect();
        format!("{}.{payload}.{}", parts[0], parts[2])
    }

    /// Signed with the real key, under another header.
    fn headed(&self, change: impl FnOnce(&mut Header)) -> String {
        let mut header = self.header.clone();
        change(&mut header);
        jsonwebtoken::encode(&header, &self.claims, &self.key).unwrap()
    }

    /// With a key that is not ours.
    fn foreign(&self, change: impl FnOnce(&mut Header)) -> String {
        let mut header = self.header.clone();
        change(&mut header);
        jsonwebtoken::encode(&header, &self.claims, &EncodingKey::from_ed_pem(OTHER_KEY.as_bytes()).unwrap()).unwrap()
    }

    /// With a secret that everybody knows.
    fn symmetric(&self, secret: &[u8]) -> String {
        let header = Header { alg: Algorithm::HS256, ..self.header.clone() };
        jsonwebtoken::encode(&header, &self.claims, &EncodingKey::from_secret(secret)).unwrap()
    }

    /// With no signature, by its own account.
    fn unsigned(&self, alg: &str) -> String {
        let header = json!({"alg": alg, "typ": "at+jwt", "kid": self.header.kid});
        format!("{}.{}.", URL_SAFE_NO_PAD.encode(header.to_string()), self.token.split('.').nth(1).unwrap())
    }
}

#[track_caller]
fn assert_shut(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 401, "{what}: {}: {}", answer.asked, answer.text());
    answer.problem(401, "unauthenticated");
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    assert!(challenge.starts_with("Bearer"), "{what}: {}: {challenge}", answer.asked);
}

fn bad_tokens(server: &Server) -> Vec<(&'static str, String)> {
    let ada = server.patient();
    let forge = Forge::new(server, ada.token());
    let jwks = server.client().at_root().get("/.well-known/jwks.json").body_of(200);
    let x = jwks["keys"][0]["x"].as_str().unwrap();
    let left = ada.again(&server.client());
    let _ = left.client.post_nothing("/auth/logout").expect(204);
    let (issued, hour) = (forge.claims["iat"].as_i64().unwrap(), 3600);
    let parts: Vec<&str> = forge.token.split('.').collect();

    // Otherwise the forged ones might be refused for another reason.
    let control = forge.claiming("exp", &json!(issued + hour));
    let _ = server.client().with_token(&control).get("/auth/me").expect(200);

    vec![
        ("garbage", "garbage".to_owned()),
        ("empty", String::new()),
        ("dots", "..".to_owned()),
        ("endless", "a".repeat(6000)),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("a part too many", format!("{}.x", forge.token)),
        ("expired", forge.claiming("exp", &json!(issued - 10))),
        ("not yet good", forge.claiming("nbf", &json!(issued + hour))),
        ("never expires", forge.claiming("exp", &json!(null))),
        ("another issuer", forge.claiming("iss", &json!("somebody"))),
        ("another audience", forge.claiming("aud", &json!("somebody"))),
        ("another account", forge.claiming("sub", &json!("00000000-0000-7000-8000-000000000000"))),
        ("another session", forge.claiming("sid", &json!("00000000-0000-7000-8000-000000000000"))),
        ("no session", forge.claiming("sid", &json!(null))),
        ("changed role", forge.tampered("role", &json!("admin"))),
        ("changed expiry", forge.tampered("exp", &json!(issued + 2 * hour))),
        ("another type", forge.headed(|header| header.typ = Some("JWT".to_owned()))),
        ("another key's name", forge.headed(|header| header.kid = Some("../../dev/null".to_owned()))),
        ("another key", forge.foreign(|_| {})),
        ("another key without a name", forge.foreign(|header| header.kid = None)),
        ("another key by address", forge.foreign(|header| header.jku = Some("http://127.0.0.1:1/jwks".to_owned()))),
        ("alg none", forge.unsigned("none")),
        ("alg NONE", forge.unsigned("NONE")),
        ("alg EdDSA, unsigned", forge.unsigned("EdDSA")),
        ("HS256 with the public key's text", forge.symmetric(x.as_bytes())),
        ("HS256 with the public key", forge.symmetric(&URL_SAFE_NO_PAD.decode(x).unwrap())),
        ("HS256 with nothing", forge.symmetric(b"")),
        ("a refresh token", ada.login["refresh_token"].as_str().unwrap().to_owned()),
        ("logged out", left.token().to_owned()),
    ]
}

/// A request with nothing wrong but its token.
fn send(client: &Client, route: &Route) -> Answer {
    let client = client.with("if-match", "*");
    let id = "00000000-0000-7000-8000-000000000000";
    let hours = json!({
        "start_date": days::day(3), "end_date": days::day(3), "start_time": "09:00", "end_time": "10:00",
        "slot_minutes": 30,
    });
    let body = match (route.method.as_str(), route.path.strip_prefix(API).unwrap_or_default()) {
        ("GET" | "DELETE", _) => return client.send(&route.method, &route.path, None),
        ("POST", "/slots") => json!({"starts_at": days::instant(3, 540), "slot_minutes": 30}),
        ("POST", "/slots/bulk") => hours,
        ("POST", "/slots/bulk-delete") => json!({"ids": [id]}),
        ("POST", "/appointments") => json!({"slot_id": id}),
        ("POST", "/locations") => json!({"name": "North", "city": "Lagos", "time_zone": "Africa/Lagos"}),
        ("POST", "/specialties") => json!({"code": "space_medicine", "name": "Space medicine"}),
        ("PATCH", path) if path.starts_with("/specialties/") => json!({"name": "Space medicine"}),
        ("POST", path) if path.ends_with("/reschedule") => json!({"slot_id": id}),
        _ => json!({}),
    };
    client.send_json(&route.method, &route.path, &body)
}

fn without_a_good_token_no_guarded_route_opens(engine: Engine) {
    let server = Server::start(engine);
    let client = server.client().at_root();
    let tokens = bad_tokens(&server);
    let routes = described(&client);
    let guarded: Vec<_> = routes.iter().filter(|route| route.guarded).collect();
    assert!(30 <= guarded.len(), "only {} routes are guarded", guarded.len());

    for route in guarded {
        assert_shut(&client.send(&route.method, &route.path, None), "none");
        for (what, token) in &tokens {
            assert_shut(&send(&client.with_token(token), route), what);
        }
    }
    for route in routes.iter().filter(|route| !route.guarded) {
        let answer = client.with_token("garbage").send(&route.method, &route.path, None);
        assert!(!matches!(answer.status, 401 | 500..), "{}: {}", answer.asked, answer.text());
    }
}

fn what_a_token_says_of_the_role_is_not_believed(engine: Engine) {
    let server = Server::start(engine);
    let ada = server.patient();
    let raised = Forge::new(&server, ada.token()).claiming("role", &json!("admin"));
    let client = server.client().with_token(&raised);

    client.get("/patients").problem(403, "forbidden");
    assert_eq!(client.get("/auth/me").body_of(200)["role"], "patient");
}

fn only_the_header_of_rfc_6750_carries_a_token(engine: Engine) {
    let server = Server::start(engine);
    let ada = server.patient();
    let token = ada.token();
    let nobody = server.client();

    let _ = nobody.with("authorization", &format!("bearer {token}")).get("/auth/me").expect(200);
    for (name, value) in [
        ("authorization", token.to_owned()),
        ("authorization", format!("Basic {token}")),
        ("authorization", format!("Bearer{token}")),
        ("authorization", format!("Bearer \"{token}\"")),
        ("authorization", format!("Bearer {token}, Bearer {token}")),
        ("x-authorization", format!("Bearer {token}")),
        ("cookie", format!("access_token={token}")),
    ] {
        assert_shut(&nobody.with(name, &value).get("/auth/me"), name);
    }
    assert_shut(&ada.client.with("authorization", "Bearer garbage").get("/auth/me"), "two headers");
    let answer = nobody.get(&format!("/auth/me?access_token={token}"));
    assert_shut(&answer, "query");
}

fn the_published_key_verifies_what_is_signed(engine: Engine) {
    let server = Server::start(engine);
    let ada = server.patient();
    let set = server.client().at_root().get("/.well-known/jwks.json").body_of(200);
    let key = &set["keys"][0];
    assert_eq!(
        *key,
        json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "x": key["x"], "kid": key["kid"]})
    );

    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&["slotkeeper"]);
    validation.set_issuer(&["slotkeeper"]);
    let verifying = DecodingKey::from_ed_components(key["x"].as_str().unwrap()).unwrap();
    let token = jsonwebtoken::decode::<Value>(ada.token(), &verifying, &validation).unwrap();
    assert_eq!(token.header.kid.as_deref(), key["kid"].as_str());
    let claims = token.claims;
    let account = &ada.login["account"];
    assert_eq!(
        (&claims["sub"], &claims["role"], &claims["email"]),
        (&account["id"], &json!("patient"), &account["email"])
    );
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
    assert!(claims["sid"].is_string() && claims["jti"].is_string());
}
