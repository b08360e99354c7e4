//! The demo clinic.

use acceptance::{Client, Data, Engine, Person, Server, on_each_engine};
use serde_json::Value;

on_each_engine!(a_demo_clinic_is_made_once_and_lives, a_clinic_that_is_none_of_ours_is_left_alone);

/// Every row of a list.
fn all(client: &Client, path: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut page = client.get(&format!("{path}limit=100")).body_of(200);
    loop {
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(cursor) = page["page"]["next_cursor"].as_str() else { return items };
        page = client.get(&format!("{path}limit=100&cursor={cursor}")).body_of(200);
    }
}

/// The logins that were printed: who, and their address; and the password.
fn printed(server: &Server) -> (Vec<(String, String)>, String) {
    let out = server.stdout();
    let password = out.lines().find_map(|line| line.split_once("all with the password ")).unwrap().1.to_owned();
    let logins = out.lines().filter_map(|line| {
        let mut words = line.strip_prefix("  ")?.split_whitespace();
        let (who, email) = (words.next()?, words.next()?);
        email.contains('@').then(|| (who.to_owned(), email.to_owned()))
    });
    (logins.collect(), password)
}

fn a_demo_clinic_is_made_once_and_lives(engine: Engine) {
    let data = Data::new(engine);
    let server = Server::start_command(&data, "demo", &[]);
    let client = server.client();
    let (logins, password) = printed(&server);
    let roles: Vec<&str> = logins.iter().map(|(who, _)| who.as_str()).collect();
    assert_eq!(roles, ["admin", "receptionist", "doctor", "patient"]);
    for (who, email) in &logins {
        assert_eq!(Person::log_in(&client, email, &password).login["account"]["role"], who.as_str());
    }
    let admin = Person::log_in(&client, &logins[0].1, &password).client;
    let waiting = all(&admin, "/accounts?role=doctor&status=waiting&");
    let [waiting] = &waiting[..] else { panic!("one doctor waits: {waiting:?}") };
    assert!(server.stdout().contains(&format!("{} waits for the admin", waiting["email"].as_str().unwrap())));

    let (doctors, patients) = (all(&client, "/doctors?"), all(&admin, "/patients?"));
    assert_eq!((doctors.len(), patients.len()), (20, 200));
    let fields = |doctor: &Value| doctor["specialties"].as_array().unwrap().len();
    assert!(doctors.iter().all(|doctor| 1 <= fields(doctor)) && doctors.iter().any(|doctor| 2 <= fields(doctor)));
    let zones = doctors.iter().map(|doctor| doctor["location"]["time_zone"].as_str().unwrap().to_owned());
    assert_eq!(zones.collect::<std::collections::BTreeSet<_>>().len(), 2, "two places in different zones");
    assert_eq!(client.get("/locations").body_of(200)["items"].as_array().unwrap().len(), 2);
    assert_eq!(all(&client, "/doctors?sort=earliest_free&").len(), 20);
    let visits = [all(&admin, "/appointments?scope=past&"), all(&admin, "/appointments?scope=upcoming&")];
    assert!(visits.iter().all(|visits| 10 <= visits.len()), "{} {}", visits[0].len(), visits[1].len());
    assert!(visits[0].iter().any(|visit| visit["status"] == "fulfilled"));
    assert!(1000 <= all(&client, "/availability?").len());
    let _ = data.run(&["check"]).well();
    assert_eq!(server.stop().code(), Some(0));

    let server = Server::start_command(&data, "demo", &[]);
    assert_eq!(printed(&server), (logins, password));
    let (client, admin) = (server.client(), admin.to(&server.url()));
    assert_eq!((all(&client, "/doctors?"), all(&admin, "/patients?")), (doctors, patients));
    assert_eq!(all(&admin, "/appointments?scope=past&"), visits[0]);
}

fn a_clinic_that_is_none_of_ours_is_left_alone(engine: Engine) {
    let server = Server::start(engine);
    server.doctor();
    let data = server.data().clone();
    assert_eq!(server.stop().code(), Some(0));
    let ended = data.run(&["demo"]);
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    assert!(ended.stderr.contains("demo"), "{ended:#?}");
    let server = Server::start_on(&data, &[]);
    assert_eq!(server.client().get("/doctors").body_of(200)["items"].as_array().unwrap().len(), 1);
}
