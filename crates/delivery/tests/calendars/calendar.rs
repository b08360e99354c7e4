//! A calendar that takes invitations up by the rules of RFC 5546.

use std::collections::BTreeMap;

use mailparse::ParsedMail;

/// What an event says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) starts: String,
    pub(crate) ends: String,
    pub(crate) status: String,
    pub(crate) location: String,
}

/// Whether each mail comes in the order of the changes that they tell of, and is known to have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Kept,
    /// A worker has ended before it could say what it had sent; so what it had claimed counts as sent, and may be not.
    Unsure,
}

#[derive(Clone, Debug)]
struct Entry {
    sequence: u32,
    /// Nothing once it was cancelled.
    event: Option<Event>,
}

/// By UID.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calendar(BTreeMap<String, Entry>);

impl Calendar {
    /// Takes up what a mail brings; the same mail may come twice. What is obsolete is passed over (RFC 5546, 2.1.5), and
    /// comes only where something went wrong.
    pub(crate) fn take_up(&mut self, mail: &[u8], order: Order) {
        let mail = mailparse::parse_mail(mail).unwrap();
        let is_calendar = |part: &&ParsedMail<'_>| part.ctype.mimetype == "text/calendar";
        let Some(part) = mail.parts().find(is_calendar) else { return };
        let text = part.get_body().unwrap();
        let calendar = ical::IcalParser::new(text.as_bytes()).next().unwrap().unwrap();
        let own = calendar.properties.into_iter().chain(calendar.events[0].properties.clone());
        let properties: BTreeMap<String, String> =
            own.map(|property| (property.name, property.value.unwrap())).collect();
        let value = |name: &str| properties[name].clone();
        let (uid, sequence) = (value("UID"), value("SEQUENCE").parse().unwrap());
        assert_eq!(part.ctype.params["method"], value("METHOD"));
        let event = Event {
            starts: value("DTSTART"),
            ends: value("DTEND"),
            status: value("STATUS"),
            location: value("LOCATION"),
        };
        let known = self.0.get(&uid);
        let is_copy = known.is_some_and(|known| known.sequence == sequence);
        if known.is_some_and(|known| sequence < known.sequence) {
            assert_eq!(order, Order::Unsure, "SEQUENCE grows: {known:?}, {text}");
            return;
        }
        let event = match value("METHOD").as_str() {
            "REQUEST" => {
                assert!(["CONFIRMED", "TENTATIVE"].contains(&event.status.as_str()), "{text}");
                assert!(
                    !is_copy || known.is_some_and(|known| known.event.as_ref() == Some(&event)),
                    "{known:?}, {text}"
                );
                Some(event)
            }
            "CANCEL" => {
                assert_eq!(event.status, "CANCELLED");
                let is_there = known.is_some_and(|known| known.event.is_some() != is_copy);
                let is_expected = is_there || order == Order::Unsure;
                assert!(is_expected, "cancelled is what was entered: {known:?}, {text}");
                None
            }
            other => panic!("{other}"),
        };
        self.0.insert(uid, Entry { sequence, event });
    }

    /// What it shows under this UID.
    pub(crate) fn event(&self, uid: &str) -> Option<&Event> {
        self.0.get(uid)?.event.as_ref()
    }

    /// How many events it knows, cancelled or not.
    pub(crate) fn known(&self) -> usize {
        self.0.len()
    }
}
