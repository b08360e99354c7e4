//! Mails and their invitations: a text stays a text, in the one place where it belongs.

use std::collections::BTreeMap;

use acceptance::mail_server::{MailServer, free_port};
use acceptance::people::{doctor_form, patient_form};
use acceptance::{Engine, Server, requests};
use mailparse::{MailHeader, MailHeaderMap, ParsedMail};
use serde_json::json;

use crate::strings::LINES;

/// What the clinic calls itself.
const CLINIC: &str = "<b>\"x\";y,z:{{7*7}}\\n=1&amp;";

/// What of the entities of HTML there is.
const ENTITIES: [(&str, &str); 6] =
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&amp;", "&")];

/// A mail as its reader's program takes it.
struct Letter {
    header_names: Vec<String>,
    to: mailparse::SingleInfo,
    subject: String,
    text: String,
    html: String,
    /// Name with parameters, and value, of each line of the invitation.
    lines: Vec<(String, String)>,
}

fn read(bytes: &[u8]) -> Letter {
    let mail = mailparse::parse_mail(bytes).unwrap();
    let body = |kind: &str| {
        let part = mail.parts().find(|part| part.ctype.mimetype == kind);
        part.map(ParsedMail::get_body).unwrap().unwrap()
    };
    let mut header_names: Vec<String> = mail.headers.iter().map(MailHeader::get_key).collect();
    header_names.sort_unstable();
    let to = mail.headers.get_first_header("To").unwrap();
    Letter {
        header_names,
        to: mailparse::addrparse_header(to).unwrap().extract_single_info().unwrap(),
        subject: mail.headers.get_first_value("Subject").unwrap(),
        text: body("text/plain"),
        html: body("text/html"),
        lines: unfolded(&body("text/calendar")),
    }
}

/// The lines of an invitation, each in one piece (RFC 5545, 3.1).
fn unfolded(calendar: &str) -> Vec<(String, String)> {
    assert!(calendar.split("\r\n").all(|line| line.len() <= 75), "{calendar}");
    let whole = calendar.replace("\r\n ", "").replace("\r\n\t", "");
    assert!(!whole.replace("\r\n", "").contains(['\r', '\n', '\u{2028}']), "{calendar:?}");
    let lines = whole.lines().map(|line| {
        let mut quoted = false;
        let end = line.find(|c| {
            quoted ^= c == '"';
            c == ':' && !quoted
        });
        let (name, value) = line.split_at(end.unwrap());
        (name.to_owned(), value[1..].to_owned())
    });
    lines.collect()
}

/// A text as a property has it (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

fn without_entities(html: &str) -> String {
    ENTITIES.iter().fold(html.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}

/// What of an invitation is the same in all.
fn frame(letter: &Letter) -> Vec<&str> {
    letter.lines.iter().map(|(name, _)| name.split(';').next().unwrap()).collect()
}

/// Whether a mail program would make a link of a text, by a slash, an at sign or a host with a dot in it.
fn is_like_a_link(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let is_host = |part: &[char]| part[1] == '.' && [part[0], part[2], part[3]].iter().all(|c| c.is_alphanumeric());
    text.contains(['/', '@', '\\']) || chars.windows(4).any(is_host)
}

#[test]
fn a_text_changes_nothing_about_a_mail_but_where_it_stands() {
    let port = free_port();
    let mail_server = MailServer::start(port);
    let url = format!("smtp://127.0.0.1:{port}");
    let server =
        Server::start_with(Engine::Sqlite, &[("smtp_url", &url), ("mail_from", "Clinic <clinic@example.org>")]);
    let admin = server.admin();
    let _ = admin.client.with("if-match", "*").patch("/settings", &json!({"clinic_name": CLINIC})).expect(200);
    let texts: Vec<&str> = ["Ada Plain"].into_iter().chain(LINES).collect();
    let breaks = ["x\r\nATTENDEE:mailto:evil@example.org", "x\rEND:VEVENT", "x\u{2028}BEGIN:VALARM", "x\n y"];
    let mut addresses = breaks.into_iter().cycle();
    let mut written = BTreeMap::new();
    for text in &texts {
        let address = if *text == "Ada Plain" { "y" } else { addresses.next().unwrap() };
        let place = json!({"name": text, "city": "Lagos", "address": address, "time_zone": "UTC"});
        let place = admin.client.post("/locations", &place).body_of(201)["id"].clone();
        let (mut of_doctor, mut of_patient) = (doctor_form(), patient_form());
        of_doctor["doctor"]["location_id"] = place;
        of_doctor["full_name"] = json!(text);
        of_patient["full_name"] = json!(text);
        let (doctor, patient) = (server.join(&of_doctor), server.join(&of_patient));
        let slot = doctor.publish(&requests::fresh_start(), 30);
        let wish = json!({"slot_id": slot, "reason": "nobody's business", "notes": text});
        let _ = patient.client.post("/appointments", &wish).expect(201);
        let _ = written.insert(doctor.email, *text);
        let _ = written.insert(patient.email, *text);
    }
    let letters: Vec<Letter> = mail_server.wait_for(written.len()).iter().map(|mail| read(mail)).collect();
    assert_eq!(letters.len(), 2 * texts.len());
    let plain = letters.iter().find(|letter| written[&letter.to.addr] == "Ada Plain").unwrap();
    for letter in &letters {
        let text = written[&letter.to.addr];
        assert_eq!(letter.header_names, plain.header_names, "{text}");
        // What would be a link in a mail is nobody's name there.
        let name = Some(text).filter(|text| !is_like_a_link(text));
        assert_eq!(letter.to.display_name.as_deref(), name);
        assert!(letter.subject.ends_with("is booked"), "{text}: {}", letter.subject);
        let dear = name.map_or("Hello,".to_owned(), |name| format!("Dear {name},"));
        assert!(letter.text.starts_with(&dear) && letter.text.contains(CLINIC), "{text}: {}", letter.text);
        assert_eq!(letter.html.matches('<').count(), plain.html.matches('<').count(), "{text}: {}", letter.html);
        let html = without_entities(&letter.html);
        assert!(html.contains(&dear) && html.contains(CLINIC), "{text}: {html}");
        assert_eq!(frame(letter), frame(plain), "{text}: {:#?}", letter.lines);
        let line = |name: &str| {
            let mut lines = letter.lines.iter().filter(|(line, _)| line.split(';').next() == Some(name));
            lines.next().unwrap()
        };
        let place = &line("LOCATION").1;
        assert!(place.starts_with(&escaped(&format!("{text}, "))), "{text}: {place}");
        assert_eq!(line("SUMMARY").1, escaped(&format!("{CLINIC}: {text}")));
        let (attendee, address) = line("ATTENDEE");
        assert_eq!(*address, format!("mailto:{}", letter.to.addr), "{text}");
        match name {
            Some(name) => assert!(attendee.contains(&format!("CN=\"{}\"", name.replace('"', "'"))), "{attendee}"),
            None => assert!(!attendee.contains("CN="), "{text}: {attendee}"),
        }
    }
}
