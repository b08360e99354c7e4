//! Reading mails with a library that the server does not use.

use std::collections::BTreeMap;

use mailparse::{MailHeaderMap, ParsedMail};

/// What a test looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) message_id: String,
    pub(crate) text: String,
    pub(crate) invitation: Option<BTreeMap<String, String>>,
}

pub(crate) fn read(bytes: &[u8]) -> Mail {
    let mail = mailparse::parse_mail(bytes).unwrap();
    let header = |name: &str| mail.headers.get_first_value(name).unwrap();
    let to = mailparse::addrparse(&header("To")).unwrap().extract_single_info().unwrap();
    let part = |kind: &str| mail.parts().find(|part| part.ctype.mimetype == kind);
    let body = |part: &ParsedMail<'_>| part.get_body().unwrap();
    Mail {
        to: to.addr,
        subject: header("Subject"),
        message_id: header("Message-ID"),
        text: part("text/plain").map(body).unwrap(),
        invitation: part("text/calendar").map(|part| {
            let properties = event(&body(part));
            assert_eq!(part.ctype.params["method"], properties["METHOD"]);
            properties
        }),
    }
}

/// What the calendar and its only event say, by name.
fn event(text: &str) -> BTreeMap<String, String> {
    let calendar = ical::IcalParser::new(text.as_bytes()).next().unwrap().unwrap();
    assert_eq!(calendar.events.len(), 1);
    let all = calendar.properties.iter().chain(&calendar.events[0].properties);
    all.map(|property| (property.name.clone(), property.value.clone().unwrap())).collect()
}

/// The mails to this address, all with an invitation, in the order of what they tell of.
pub(crate) fn to(email: &str, mails: &[Vec<u8>]) -> Vec<Mail> {
    let mut mails: Vec<Mail> = mails.iter().map(|mail| read(mail)).filter(|mail| mail.to == email).collect();
    mails.sort_by_key(|mail| mail.invitation.as_ref().unwrap()["SEQUENCE"].clone());
    mails
}
