//! A patient who books a slot and gives it back, over and over, on ways that break.

use std::collections::BTreeSet;
use std::sync::Arc;

use acceptance::evidence::Asked;
use acceptance::people::id_of;
use acceptance::proxy::{Cut, End, Passed, Way};
use acceptance::workload::Dice;
use acceptance::{Answer, Client, Data, Evidence, Person, Proxy, Server, days, invariants};
use serde_json::{Value, json};

/// How often something is asked before the test gives up.
const ASKED_MAX: usize = 1_000;

/// One patient and one slot, which nobody else wants.
pub(crate) struct Lane {
    evidence: Arc<Evidence>,
    name: String,
    client: Client,
    /// Past every proxy that is before the server.
    direct: Client,
    slot: String,
    paths: Vec<Path>,
    dice: Dice,
    requests: u64,
    asked_in_vain: u64,
    visits: BTreeSet<String>,
}

/// A way that may be cut, and about how many bytes a request takes on it.
#[derive(Clone)]
struct Path {
    proxy: Arc<Proxy>,
    bytes: Passed,
}

impl Lane {
    /// A lane of its own, whose client asks this server at this address, and on whose way are these proxies.
    pub(crate) fn new(
        evidence: &Arc<Evidence>,
        (server, address): (&Server, &str),
        doctor: &Person,
        number: u64,
        proxies: &[Arc<Proxy>],
    ) -> Self {
        let direct = server.patient().client;
        let mut lane = Self {
            evidence: Arc::clone(evidence),
            name: format!("lane-{number}"),
            client: direct.to(&format!("http://{address}")),
            direct,
            slot: doctor.publish(&days::instant(3 + number, 540), 30),
            paths: Vec::new(),
            dice: Dice::new(number),
            requests: 0,
            asked_in_vain: 0,
            visits: BTreeSet::new(),
        };
        // The first round opens connections; by the second it is seen how much a round takes.
        lane.round();
        let before: Vec<Passed> = proxies.iter().map(|proxy| proxy.passed()).collect();
        lane.round();
        let measured = proxies.iter().zip(before).map(|(proxy, before)| {
            let after = proxy.passed();
            let to_server = (after.to_server - before.to_server) / 2;
            let to_client = (after.to_client - before.to_client) / 2;
            Path { proxy: Arc::clone(proxy), bytes: Passed { to_server, to_client } }
        });
        lane.paths = measured.collect();
        lane
    }

    /// How often it was asked without an answer, or with the answer that something is the matter.
    pub(crate) const fn asked_in_vain(&self) -> u64 {
        self.asked_in_vain
    }

    /// Books and cancels, each under a key of its own and until it is done, on ways that are cut at any byte.
    pub(crate) fn round(&mut self) {
        let visit = self.insist("/appointments", &json!({"slot_id": self.slot}), 201);
        assert!(self.visits.insert(visit.clone()), "{visit} was booked under another key");
        let cancelled = self.insist(&format!("/appointments/{visit}/cancel"), &json!({}), 200);
        assert_eq!(cancelled, visit);
    }

    /// Asks until it is done, and once more to hear the same again; gives the appointment's id.
    fn insist(&mut self, path: &str, body: &Value, status: u16) -> String {
        self.requests += 1;
        let asked_for = Asked {
            client: self.name.clone(),
            method: "POST".to_owned(),
            path: path.to_owned(),
            body: Some(body.to_string()),
            key: Some(format!("{}-{}", self.name, self.requests)),
        };
        let mut asked = 0;
        let answer = loop {
            asked += 1;
            assert!(asked < ASKED_MAX, "{path}: asked over and over in vain");
            // Whoever is cut off may be cut off again, but less and less often.
            if self.dice.roll(asked) == 0 {
                self.cut_somewhere();
            }
            match self.evidence.ask(&self.client, &asked_for) {
                Some(answer) if answer.status == status => break answer,
                Some(answer) => assert_is_trouble(&answer),
                None => {}
            }
            self.asked_in_vain += 1;
        };
        for path in &self.paths {
            path.proxy.spare();
        }
        let again = self.evidence.ask(&self.direct, &asked_for).unwrap();
        assert_eq!((again.status, again.text()), (status, answer.text()), "{path}: what was told before");
        id_of(&answer.json())
    }

    /// Has some connection cut at some byte of what goes on now.
    fn cut_somewhere(&mut self) {
        if self.paths.is_empty() {
            return;
        }
        let Path { proxy, bytes } = &self.paths[self.dice.roll(self.paths.len())];
        let (way, bytes) = [(Way::ToServer, bytes.to_server), (Way::ToClient, bytes.to_client)][self.dice.roll(2)];
        let end = [End::Closed, End::Reset][self.dice.roll(2)];
        let after_bytes = self.dice.roll(usize::try_from(bytes).unwrap() + 1);
        proxy.cut(Cut { way, after_bytes: u64::try_from(after_bytes).unwrap(), end });
    }
}

/// Asks once under this key; nothing when no answer came.
pub(crate) fn try_post(client: &Client, key: &str, path: &str, body: &Value) -> Option<Answer> {
    let client = client.with("content-type", "application/json").with("idempotency-key", key);
    client.try_send("POST", path, Some(body.to_string().as_bytes())).ok()
}

/// All that may be said where something was not done.
#[track_caller]
pub(crate) fn assert_is_trouble(answer: &Answer) {
    let code = trouble(answer);
    let troubles = ["unavailable", "contended", "overloaded", "outcome_unknown"];
    assert!(answer.status == 503 && troubles.contains(&code.as_str()), "{}: {}", answer.asked, answer.text());
}

/// Which problem it is.
#[track_caller]
pub(crate) fn trouble(answer: &Answer) -> String {
    answer.any_problem()["code"].as_str().unwrap().to_owned()
}

/// Ids as the database writes them.
pub(crate) fn hex(id: &str) -> String {
    id.replace('-', "")
}

/// What was told is stored, and nothing else, and it keeps what is promised.
#[track_caller]
pub(crate) fn assert_all_and_no_more(lanes: &[Lane], data: &Data, evidence: &Evidence) {
    let told: BTreeSet<String> = lanes.iter().flat_map(|lane| &lane.visits).map(|id| hex(id)).collect();
    let stored = data.ask("SELECT LOWER(HEX(id)) AS told FROM appointments");
    assert_eq!(stored.into_iter().collect::<BTreeSet<_>>(), told, "left: stored, right: told");
    invariants::assert_whole(data, evidence);
}

/// A server and a proxy before its database.
#[cfg(feature = "mysql")]
pub(crate) struct Node {
    pub(crate) server: Server,
    /// It is needed until the server's data are gone.
    pub(crate) proxy: Arc<Proxy>,
}

#[cfg(feature = "mysql")]
impl Node {
    /// Starts one on a database of MariaDB, with settings.
    pub(crate) fn start(data: &Data, settings: &[(&str, &str)]) -> Self {
        let url = data.database_url();
        let (user, place) = url.split_once('@').unwrap();
        let (address, _) = place.split_once('/').unwrap();
        let proxy = Arc::new(Proxy::before(address));
        let through = data.on_node(&format!("{user}@{}", proxy.address()));
        Self { server: Server::start_on(&through, settings), proxy }
    }
}
