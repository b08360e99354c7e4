//! Accounts that are made on the command line.

use acceptance::people::PASSWORD;
use acceptance::program::Ended;
use acceptance::race::at_once;
use acceptance::{Data, Engine, Person, Server, on_each_engine, wait};

on_each_engine!(
    an_administrator_is_made_with_a_password_from_standard_input,
    a_weak_password_is_refused,
    a_third_administrator_is_refused,
    of_many_made_at_once_two_are_administrators,
    a_receptionist_is_made_and_no_patient,
    what_is_taken_or_misspelled_is_named,
    accounts_are_listed,
    an_account_is_closed_and_opened,
    the_last_administrator_is_not_closed,
    an_administrator_who_was_invited_counts_from_the_first_password_on,
    a_forgotten_password_is_replaced,
);

fn make(data: &Data, email: &str, password: &str) -> Ended {
    data.run_with(&["admin", "create", "--email", email, "--full-name", "Grace Employed"], password)
}

fn an_administrator_is_made_with_a_password_from_standard_input(engine: Engine) {
    let data = Data::new(engine);
    // With and without the end of the line, and nothing of it cut off.
    let spaced = format!("  {PASSWORD} ");
    let ended = make(&data, "one@example.org", &format!("{spaced}\r\n")).well();
    assert!(ended.stdout.contains("admin") && ended.stdout.contains("one@example.org"), "{ended:#?}");
    assert!(!format!("{ended:?}").contains(PASSWORD), "{ended:#?}");
    let _ = make(&data, "two@example.org", PASSWORD).well();

    let server = Server::start_on(&data, &[]);
    let client = server.client();
    assert_eq!(Person::log_in(&client, "one@example.org", &spaced).login["account"]["role"], "admin");
    assert_eq!(Person::log_in(&client, "two@example.org", PASSWORD).login["account"]["role"], "admin");
}

fn a_weak_password_is_refused(engine: Engine) {
    let data = Data::new(engine);
    let too_long = "long-password-".repeat(6);
    for password in ["", "\n", "short", "password1234", "Grace Employed", "one@example.org", &too_long] {
        let ended = make(&data, "one@example.org", password);
        assert_eq!(ended.code, Some(2), "{password}: {ended:#?}");
        assert!(ended.stderr.contains("password"), "{ended:#?}");
        assert!(password.len() < 5 || !ended.stderr.contains(password), "{ended:#?}");
    }
    let server = Server::start_on(&data, &[]);
    assert!(server.stdout().contains("there is no administrator yet"), "{}", server.stdout());
}

fn a_third_administrator_is_refused(engine: Engine) {
    let data = Data::new(engine);
    let _ = make(&data, "one@example.org", PASSWORD).well();
    let _ = make(&data, "two@example.org", PASSWORD).well();
    let third = make(&data, "three@example.org", PASSWORD);
    assert_eq!(third.code, Some(1), "{third:#?}");
    assert!(third.stderr.contains("administrator"), "{third:#?}");

    let server = Server::start_on(&data, &[]);
    assert!(!server.stdout().contains("there is no administrator yet"), "{}", server.stdout());
    let login = serde_json::json!({"identifier": "three@example.org", "password": PASSWORD});
    server.client().post("/auth/login", &login).problem(401, "wrong_credentials");
}

fn of_many_made_at_once_two_are_administrators(engine: Engine) {
    let data = Data::new(engine);
    let _ = data.run(&["migrate"]).well();
    let emails: Vec<String> = (0..6).map(|n| format!("admin{n}@example.org")).collect();
    let ended = at_once(emails.iter().map(|email| || make(&data, email, PASSWORD)).collect());
    assert_eq!(ended.iter().filter(|ended| ended.code == Some(0)).count(), 2, "{ended:#?}");

    let server = Server::start_on(&data, &[]);
    let logins = emails.iter().filter(|email| {
        let login = serde_json::json!({"identifier": email, "password": PASSWORD});
        server.client().post("/auth/login", &login).status == 200
    });
    assert_eq!(logins.count(), 2);
}

fn a_receptionist_is_made_and_no_patient(engine: Engine) {
    let server = Server::start(engine);
    let desk = server.receptionist();
    assert_eq!(desk.login["account"]["role"], "receptionist");
    let _ = desk.client.get("/patients").expect(200);

    for role in ["patient", "doctor", "owner", ""] {
        let arguments = ["account", "create", "--role", role, "--email", "x@example.org", "--full-name", "X"];
        let ended = server.data().run_with(&arguments, PASSWORD);
        assert_eq!(ended.code, Some(2), "{role}: {ended:#?}");
        assert!(ended.stderr.contains("--role"), "{ended:#?}");
    }
}

fn what_is_taken_or_misspelled_is_named(engine: Engine) {
    let data = Data::new(engine);
    let _ = make(&data, "one@example.org", PASSWORD).well();
    let again = make(&data, "ONE@example.org", PASSWORD);
    assert_eq!(again.code, Some(1), "{again:#?}");
    assert!(again.stderr.contains("e-mail") || again.stderr.contains("email"), "{again:#?}");
    let misspelled = make(&data, "nobody", PASSWORD);
    assert_eq!(misspelled.code, Some(2), "{misspelled:#?}");
    assert!(misspelled.stderr.contains("--email"), "{misspelled:#?}");
    let blank = data.run_with(&["admin", "create", "--email", "b@example.org", "--full-name", "\u{200b} "], PASSWORD);
    assert_eq!(blank.code, Some(2), "{blank:#?}");
    assert!(blank.stderr.contains("--full-name"), "{blank:#?}");
}

fn accounts_are_listed(engine: Engine) {
    let server = Server::start(engine);
    let (desk, admin) = (server.receptionist(), server.admin());
    let list = |arguments: &[&str]| server.data().run(&[&["account", "list"], arguments].concat()).well().stdout;
    let all = list(&[]);
    assert!(all.contains(&format!("receptionist\tactive\t{}\tGrace Employed\n", desk.email)), "{all}");
    assert_eq!(list(&["--role", "admin"]), format!("admin\tactive\t{}\tGrace Employed\n", admin.email));
    assert_eq!(list(&["--status", "waiting"]), "");
    for wrong in [["--role", "owner"], ["--status", "open"]] {
        let ended = server.data().run(&[&["account", "list"], &wrong[..]].concat());
        assert_eq!(ended.code, Some(2), "{ended:#?}");
        assert!(ended.stderr.contains(wrong[0]), "{ended:#?}");
    }
}

fn an_account_is_closed_and_opened(engine: Engine) {
    let server = Server::start(engine);
    let patient = server.patient();
    let _ = server.data().run(&["account", "deactivate", &patient.email.to_uppercase()]).well();
    let login = serde_json::json!({"identifier": patient.email, "password": PASSWORD});
    patient.client.get("/auth/me").problem(401, "unauthenticated");
    server.client().post("/auth/login", &login).problem(403, "account_inactive");

    let ended = server.data().run(&["account", "activate", &patient.email]).well();
    assert!(ended.stdout.contains("active"), "{ended:#?}");
    patient.client.get("/auth/me").problem(401, "unauthenticated");
    let _ = patient.again(&server.client()).client.get("/auth/me").expect(200);

    let unknown = server.data().run(&["account", "deactivate", "nobody@example.org"]);
    assert_eq!((unknown.code, unknown.stderr.contains("account")), (Some(1), true), "{unknown:#?}");
    let misspelled = server.data().run(&["account", "activate", "nobody"]);
    assert_eq!(misspelled.code, Some(2), "{misspelled:#?}");
}

fn the_last_administrator_is_not_closed(engine: Engine) {
    let data = Data::new(engine);
    let _ = make(&data, "one@example.org", PASSWORD).well();
    let _ = make(&data, "two@example.org", PASSWORD).well();
    let close = |email| data.run(&["account", "deactivate", email]);
    let _ = close("one@example.org").well();
    let last = close("two@example.org");
    assert_eq!(last.code, Some(1), "{last:#?}");
    assert!(last.stderr.contains("administrator"), "{last:#?}");
    let _ = make(&data, "three@example.org", PASSWORD).well();
    let third = data.run(&["account", "activate", "one@example.org"]);
    assert_eq!(third.code, Some(1), "{third:#?}");
}

fn an_administrator_who_was_invited_counts_from_the_first_password_on(engine: Engine) {
    let server = Server::start(engine);
    let admin = server.admin();
    let invite = |email: &str| {
        let invited = serde_json::json!({"role": "admin", "email": email, "full_name": "Mary Invited"});
        admin.client.post("/accounts", &invited).status
    };
    let close = |email: &str| server.data().run(&["account", "deactivate", email]);
    assert_eq!((invite("two@example.org"), invite("three@example.org")), (201, 409), "who is invited has a seat");
    let last = close(&admin.email);
    assert_eq!((last.code, last.stderr.contains("who has a password")), (Some(1), true), "{last:#?}");
    let _ = close("two@example.org").well();
    assert_eq!(invite("three@example.org"), 201);
    let _ = server.data().run_with(&["account", "reset-password", "three@example.org"], PASSWORD).well();
    let _ = close(&admin.email).well();
}

fn a_forgotten_password_is_replaced(engine: Engine) {
    let server = Server::start(engine);
    let desk = server.receptionist();
    let reset = |password: &str| server.data().run_with(&["account", "reset-password", &desk.email], password);
    for weak in ["short", "Grace Employed", "          "] {
        let ended = reset(weak);
        assert_eq!(ended.code, Some(2), "{weak}: {ended:#?}");
    }
    let _ = desk.client.get("/auth/me").expect(200);
    let ended = reset("porcupine-marble-skylark-7\n").well();
    assert!(!format!("{ended:?}").contains("porcupine"), "{ended:#?}");
    wait::within_a_second("the session to be over", || desk.client.get("/auth/me").status == 401);
    let _ = Person::log_in(&server.client(), &desk.email, "porcupine-marble-skylark-7");
}
