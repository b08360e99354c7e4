//! Staying and leaving.

use acceptance::people::PASSWORD;
use acceptance::race::at_once;
#[cfg(feature = "mysql")]
use acceptance::wait;
use acceptance::{Client, Engine, Server, on_each_engine};
use serde_json::{Value, json};

on_each_engine!(
    wrong_names_and_wrong_passwords_are_told_the_same,
    a_refresh_token_works_once_and_its_session_goes_on,
    a_refresh_token_that_comes_again_later_ends_its_session,
    a_refresh_token_that_comes_again_at_once_gets_the_same_at_whichever_server,
    logging_out_stops_the_access_token_at_once,
    sessions_are_listed_and_ended_by_their_owner,
);

fn refresh(client: &Client, login: &Value) -> Value {
    client.post("/auth/refresh", &json!({"refresh_token": login["refresh_token"]})).body_of(200)
}

fn token(login: &Value) -> &str {
    login["access_token"].as_str().unwrap()
}

fn wrong_names_and_wrong_passwords_are_told_the_same(engine: Engine) {
    let server = Server::start(engine);
    let ada = server.patient();
    let told: Vec<Value> = [(ada.email.as_str(), "tangerine-velvet-orbit-94"), ("nobody@example.org", PASSWORD)]
        .iter()
        .map(|(identifier, password)| {
            let answer = server.client().post("/auth/login", &json!({"identifier": identifier, "password": password}));
            let mut problem = answer.problem(401, "wrong_credentials");
            problem["request_id"] = json!(null);
            problem
        })
        .collect();
    assert_eq!(told[0], told[1]);
}

fn a_refresh_token_works_once_and_its_session_goes_on(engine: Engine) {
    let server = Server::start(engine);
    let client = server.client();
    let ada = server.patient();

    let next = refresh(&client, &ada.login);
    assert_eq!(
        next,
        json!({
            "access_token": next["access_token"], "token_type": "Bearer", "expires_in": 3600,
            "refresh_token": next["refresh_token"], "device_token": next["device_token"],
            "account": ada.login["account"],
        })
    );
    assert_ne!(next["refresh_token"], ada.login["refresh_token"]);
    assert_ne!(next["access_token"], ada.login["access_token"]);
    let after = refresh(&client, &next);
    let _ = client.with_token(token(&after)).get("/auth/me").expect(200);
    assert_eq!(ada.client.get("/auth/sessions").body_of(200)["items"].as_array().unwrap().len(), 1);
}

fn a_refresh_token_that_comes_again_later_ends_its_session(engine: Engine) {
    let server = Server::start(engine);
    let client = server.client();
    let ada = server.patient();
    let elsewhere = ada.again(&client);
    let next = refresh(&client, &ada.login);
    server.data().execute("UPDATE refresh_tokens SET used_at = '2026-01-01 00:00:00' WHERE used_at IS NOT NULL");

    let again = json!({"refresh_token": ada.login["refresh_token"]});
    client.post("/auth/refresh", &again).problem(401, "refresh_token_reused");
    ada.client.get("/auth/me").problem(401, "unauthenticated");
    client.with_token(token(&next)).get("/auth/me").problem(401, "unauthenticated");
    let stolen = client.post("/auth/refresh", &json!({"refresh_token": next["refresh_token"]}));
    assert_eq!(stolen.status, 401, "{}", stolen.text());
    let _ = elsewhere.client.get("/auth/me").expect(200);

    client.post("/auth/refresh", &json!({"refresh_token": "made-up"})).problem(401, "refresh_token_invalid");
}

fn a_refresh_token_that_comes_again_at_once_gets_the_same_at_whichever_server(engine: Engine) {
    let server = Server::start(engine);
    let ada = server.patient();
    // One file has one server at a time.
    let other = (engine == Engine::MariaDb).then(|| Server::start_on(server.data(), &[]));
    let clients: Vec<Client> =
        (0..8).map(|n| other.as_ref().filter(|_| n % 2 == 0).map_or_else(|| server.client(), Server::client)).collect();
    let again = at_once(clients.iter().map(|client| || refresh(client, &ada.login)).collect());
    for login in &again {
        assert_eq!(login["refresh_token"], again[0]["refresh_token"]);
        let _ = server.client().with_token(token(login)).get("/auth/me").expect(200);
    }
    assert_eq!(ada.client.get("/auth/sessions").body_of(200)["items"].as_array().unwrap().len(), 1);
}

fn logging_out_stops_the_access_token_at_once(engine: Engine) {
    let server = Server::start(engine);
    let ada = server.patient();
    let elsewhere = ada.again(&server.client());

    let answer = ada.client.post_nothing("/auth/logout").expect(204);
    assert!(answer.body.is_empty());
    ada.client.get("/auth/me").problem(401, "unauthenticated");
    ada.client.post_nothing("/auth/logout").problem(401, "unauthenticated");
    let refresh = json!({"refresh_token": ada.login["refresh_token"]});
    server.client().post("/auth/refresh", &refresh).problem(401, "refresh_token_invalid");
    let _ = elsewhere.client.get("/auth/me").expect(200);
}

fn sessions_are_listed_and_ended_by_their_owner(engine: Engine) {
    let server = Server::start(engine);
    let ada = server.patient();
    let phone = ada.again(&server.client().with("user-agent", "Ada's phone"));
    let stranger = server.patient();

    let items = ada.client.get("/auth/sessions").body_of(200)["items"].clone();
    let newest = &items[0];
    assert_eq!(
        *newest,
        json!({
            "id": newest["id"], "created_at": newest["created_at"], "expires_at": newest["expires_at"],
            "user_agent": "Ada's phone", "current": false,
        })
    );
    assert_eq!((items.as_array().unwrap().len(), &items[1]["current"]), (2, &json!(true)));

    let path = format!("/auth/sessions/{}", newest["id"].as_str().unwrap());
    stranger.client.delete(&path).problem(404, "unknown_session");
    let _ = ada.client.delete(&path).expect(204);
    phone.client.get("/auth/me").problem(401, "unauthenticated");

    let again = ada.again(&server.client());
    let _ = again.client.delete("/auth/sessions").expect(204);
    ada.client.get("/auth/me").problem(401, "unauthenticated");
    again.client.get("/auth/me").problem(401, "unauthenticated");
    let _ = stranger.client.get("/auth/me").expect(200);
}

#[cfg(feature = "mysql")]
#[test]
fn a_logout_is_known_here_at_once_and_to_another_server_within_a_second() {
    let one = Server::start(Engine::MariaDb);
    let other = Server::start_on(one.data(), &[]);
    let ada = one.patient();
    let there = ada.client.to(&other.url());

    let _ = there.get("/auth/me").expect(200);
    let _ = ada.client.post_nothing("/auth/logout").expect(204);
    wait::within_a_second("the other server to know", || there.get("/auth/me").status == 401);
    ada.client.get("/auth/me").problem(401, "unauthenticated");

    let jwks = |server: &Server| server.client().at_root().get("/.well-known/jwks.json").body_of(200);
    assert_eq!(jwks(&one), jwks(&other));
}
