//! Who gets in: on every route that wants an access token, and with which tokens nobody does.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod forge;
mod mutations;

use acceptance::routes::{NOBODYS_ID, Route, described};
use acceptance::{Answer, Client, Engine, Server, on_each_engine, requests};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

use forge::Forge;
use mutations::bad_credentials;

on_each_engine!(
    without_a_good_token_no_guarded_route_opens,
    not_one_bit_of_a_token_may_be_another,
    what_a_token_says_of_the_role_is_not_believed,
    only_the_header_of_rfc_6750_carries_a_token,
    the_published_key_verifies_what_is_signed,
);

#[track_caller]
fn assert_shut(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 401, "{what}: {}: {}", answer.asked, answer.text());
    answer.problem(401, "unauthenticated");
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    assert!(challenge.starts_with("Bearer"), "{what}: {}: {challenge}", answer.asked);
}

/// A request with nothing wrong but its token.
fn send(client: &Client, route: &Route) -> Answer {
    let client = client.with("if-match", "*");
    match requests::body(&route.name, &|_| NOBODYS_ID.to_owned()) {
        Some(body) => client.send_json(&route.method, &route.path, &body),
        None => client.send(&route.method, &route.path, None),
    }
}

fn without_a_good_token_no_guarded_route_opens(engine: Engine) {
    let server = Server::start(engine);
    let client = server.client().at_root();
    let credentials = bad_credentials(&server);
    let routes = described(&client);
    let guarded: Vec<_> = routes.iter().filter(|route| route.guarded).collect();
    assert!(30 <= guarded.len(), "only {} routes are guarded", guarded.len());

    for route in guarded {
        assert_shut(&client.send(&route.method, &route.path, None), "none");
        for (what, lines) in &credentials {
            let asking = lines.iter().fold(client.clone(), |client, line| client.with("authorization", line));
            assert_shut(&send(&asking, route), what);
        }
    }
    for route in routes.iter().filter(|route| !route.guarded) {
        let answer = client.with_token("garbage").send(&route.method, &route.path, None);
        assert!(!matches!(answer.status, 401 | 500..), "{}: {}", answer.asked, answer.text());
    }
}

fn not_one_bit_of_a_token_may_be_another(engine: Engine) {
    let server = Server::start(engine);
    let ada = server.patient();
    let forge = Forge::new(&server, ada.token());
    let mut count = 0;
    for token in forge.flipped() {
        assert_shut(&server.client().with_token(&token).get("/auth/me"), &token);
        count += 1;
    }
    assert_eq!(count, ada.token().len() - 2);
    let _ = ada.client.get("/auth/me").expect(200);
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

    for scheme in ["Bearer", "bearer", "BEARER"] {
        let _ = nobody.with("authorization", &format!("{scheme} {token}")).get("/auth/me").expect(200);
    }
    for (name, value) in [
        ("x-authorization", format!("Bearer {token}")),
        ("proxy-authorization", format!("Bearer {token}")),
        ("x-access-token", token.to_owned()),
        ("cookie", format!("access_token={token}")),
    ] {
        assert_shut(&nobody.with(name, &value).get("/auth/me"), name);
    }
    let answer = nobody.get(&format!("/auth/me?access_token={token}"));
    assert_shut(&answer, "query");
    let form = nobody.with("content-type", "application/x-www-form-urlencoded");
    let body = format!("access_token={token}");
    assert_shut(&form.send("PATCH", "/auth/me", Some(body.as_bytes())), "body");
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
