//! Bodies: what is taken comes back as it was, what is not is refused by the name of its field.

use acceptance::access::{Ask, Object, Row, Scene, Who, rows};
use acceptance::people::{PASSWORD, doctor_form, patient_form};
use acceptance::routes::{Field, Route, described};
use acceptance::{Answer, Engine, Person, on_each_engine, requests};
use serde_json::{Value, json};

use crate::strings::{FEW, LINES, OTHERS, joined};

on_each_engine!(every_text_of_every_body_comes_back_as_it_was_or_is_refused_by_name);

/// Visits that have begun: each text is once the reason for completing one, and once for calling one missed.
const BEGUN: u32 = 90;

/// What is taken and never shown.
const SECRET: [&str; 3] = ["/password", "/old_password", "/new_password"];

/// Refusals that are about what a text stands for: nobody has such a name, or such a token.
const MEANING: [(&str, u16, &str); 10] = [
    ("/identifier", 401, "wrong_credentials"),
    ("/password", 401, "wrong_credentials"),
    ("/old_password", 401, "wrong_credentials"),
    ("/device_token", 401, "wrong_credentials"),
    ("/refresh_token", 401, "refresh_token_invalid"),
    ("/password", 422, "token_invalid"),
    ("/specialties/0", 404, "unknown_specialty"),
    ("/doctor/specialties/0", 404, "unknown_specialty"),
    ("/email", 409, "email_taken"),
    // A doctor reads ten records in emergencies a day.
    ("/reason", 429, "rate_limited"),
];

fn every_text_of_every_body_comes_back_as_it_was_or_is_refused_by_name(engine: Engine) {
    let scene = Scene::set(engine, [BEGUN, 0]);
    let (rows, mut wrong, mut taken, mut fields) = (rows(), Vec::new(), 0, 0);
    for route in described(&scene.server.client()) {
        let rows: Vec<&Row> = rows.iter().filter(|row| row.route == route.name).collect();
        for field in route.fields.iter().filter(|field| field.is_text()) {
            fields += 1;
            // What was refused has used nothing up.
            let mut unused = None;
            for text in texts(field) {
                let (mut ask, who) = unused.take().unwrap_or_else(|| asking(&scene, &rows, field));
                put(ask.body.as_mut().unwrap(), &field.place, json!(text));
                let answer = ask.send();
                if let Some(what) = wrong_about(&scene, &route, field, &text, &ask, who, &answer) {
                    wrong.push(format!("{} {} {text:?}: {what}: {}", route.name, field.place, answer.text()));
                }
                taken += u32::from(answer.status < 400);
                // Whoever fails to log in again and again has to wait, and so has who confirms with a wrong password.
                let is_counted = answer.text().contains("wrong_password");
                unused = (answer.status == 422 && !is_counted).then_some((ask, who));
            }
        }
    }
    assert!(wrong.is_empty(), "{} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(80 <= fields && 400 <= taken, "{fields} fields took {taken} texts");
    assert_eq!(scene.server.data().findings_but_for_ours(), [""; 0]);
}

/// All of them where anything may be said, and where there is room for that, many at once.
fn texts(field: &Field) -> Vec<String> {
    let is_spelled = ["format", "enum", "pattern"].iter().any(|word| field.schema.get(word).is_some());
    let is_free = !is_spelled || field.schema["format"] == "email" || field.schema["format"] == "password";
    let has_room = field.schema["maxLength"].as_u64().is_some_and(|chars_max| 200 <= chars_max);
    match (is_free, has_room) {
        (false, _) => FEW.map(str::to_owned).into(),
        (true, true) => joined().into_iter().chain(OTHERS.map(str::to_owned)).collect(),
        (true, false) => LINES.into_iter().chain(OTHERS).map(str::to_owned).collect(),
    }
}

/// A request with nothing wrong, in which this field can be, by somebody who may send it.
fn asking(scene: &Scene, rows: &[&Row], field: &Field) -> (Ask, Who) {
    let row = rows.iter().find(|row| row.about.is_none()).or(rows.first()).unwrap();
    let may = |who: &Who| row.expected(*who, Object::Own).is_success();
    // Administrators may most, and take longest to be made.
    let mut all = Who::ALL;
    if !row.path().contains("/auth/") {
        all.reverse();
    }
    let who = all.into_iter().find(may).unwrap_or(Who::Nobody);
    let (_, client) = scene.clients(who).swap_remove(0);
    let mut ask = scene.ask(row, who, &client, Object::Own);
    let mut body = ask.body.take().unwrap();
    let form = match field.place.split('/').nth(1) {
        Some("doctor") => Some(doctor_form()),
        Some("patient") => Some(patient_form()),
        _ => None,
    };
    if let Some(mut form) = form {
        if row.path().ends_with("/accounts") {
            form.as_object_mut().unwrap().remove("password");
        }
        body = form;
    }
    if row.path().ends_with("/login") {
        body["identifier"] = json!(requests::fresh_word());
    }
    if let Some(fee) = field.place.strip_suffix("fee/currency") {
        put(&mut body, &format!("{fee}fee/amount_minor"), json!(100));
    }
    ask.body = Some(body);
    (ask, who)
}

/// Puts a value at a place, and what leads there if it is missing.
fn put(body: &mut Value, place: &str, value: Value) {
    let mut here = body;
    for step in place.split('/').skip(1) {
        here = if let Ok(index) = step.parse::<usize>() {
            if !here.is_array() {
                *here = json!([null]);
            }
            &mut here[index]
        } else {
            if !here.is_object() {
                *here = json!({});
            }
            &mut here[step]
        };
    }
    *here = value;
}

fn wrong_about(
    scene: &Scene,
    route: &Route,
    field: &Field,
    text: &str,
    ask: &Ask,
    who: Who,
    answer: &Answer,
) -> Option<String> {
    if answer.status < 400 {
        let is_silent = SECRET.contains(&field.place.as_str()) || answer.status == 202;
        let is_told = is_silent
            || (answer.status != 204 && holds(&answer.json(), text))
            || is_told_elsewhere(scene, ask, who, answer, text);
        return (!is_told).then(|| "it was taken and is not told".to_owned());
    }
    let problem = answer.any_problem();
    let (status, code) = (answer.status, problem["code"].as_str().unwrap());
    if 3 < text.len() && holds(&problem, text) && !route.path.contains(text) {
        return Some("it was refused and is told".to_owned());
    }
    if MEANING.contains(&(field.place.as_str(), status, code)) {
        return None;
    }
    let mut errors = problem["errors"].as_array().into_iter().flatten();
    let is_named = errors.any(|error| {
        let pointer = error["pointer"].as_str().unwrap();
        pointer == field.place || field.place.starts_with(&format!("{pointer}/"))
    });
    (!is_named || !matches!(status, 400 | 422)).then(|| format!("{status} does not name it"))
}

/// Whether a text is somewhere in there, to the last letter.
fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(found) => found == text,
        Value::Array(items) => items.iter().any(|item| holds(item, text)),
        Value::Object(members) => members.values().any(|value| holds(value, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether a text is told by who reads what was changed: a visit's history, or a new person's profile.
fn is_told_elsewhere(scene: &Scene, ask: &Ask, who: Who, answer: &Answer, text: &str) -> bool {
    let (_, client) = scene.clients(who).swap_remove(0);
    if let Some((_, rest)) = ask.path.split_once("/appointments/") {
        let visit = rest.split('/').next().unwrap();
        return holds(&client.get(&format!("/appointments/{visit}/history")).body_of(200), text);
    }
    if ask.path.ends_with("/emergency-access") {
        let (_, admin) = scene.clients(Who::Admin).swap_remove(0);
        return holds(&admin.get("/audit?action=patient_read_in_emergency&limit=100").body_of(200), text);
    }
    let (body, made) = (ask.body.as_ref().unwrap(), answer.json());
    let profile = match (ask.path.as_str(), body["role"].as_str()) {
        ("/api/v1/auth/register", _) => {
            let email = body["email"].as_str().unwrap();
            scene.server.approve(&made);
            Person::log_in(&scene.server.client(), email, PASSWORD).client.get("/auth/me")
        }
        ("/api/v1/accounts", Some("doctor")) => {
            // A change that changes nothing shows an administrator all of a doctor.
            client.patch(&format!("/doctors/{}", made["profile_id"].as_str().unwrap()), &json!({}))
        }
        ("/api/v1/accounts", Some("patient")) => {
            client.get(&format!("/patients/{}", made["profile_id"].as_str().unwrap()))
        }
        _ => return false,
    };
    holds(&profile.body_of(200), text)
}
