//! What one server was told, the others know.

use acceptance::cluster::Cluster;
use acceptance::{Client, Person, days, wait};
use serde_json::{Value, json};

/// How often something is changed at one server and read at the next.
const READS: u64 = 1_000;

#[test]
fn of_1000_reads_at_another_server_none_is_stale() {
    let cluster = Cluster::new();
    let servers = cluster.serve();
    let visit = servers[0].patient().book(&servers[0].doctor().publish(&days::instant(3, 540), 30));
    let admin = servers[0].admin();
    let clients: Vec<Client> = servers.iter().map(|server| admin.at(server).client).collect();
    let path = format!("/appointments/{visit}");
    let mut stale = 0;
    let mut write = &clients[0];
    for (n, read) in (0..READS).zip(clients.iter().cycle().skip(1)) {
        let (verb, status) = if n % 2 == 0 { ("cancel", "cancelled") } else { ("reinstate", "booked") };
        let changed = write.post_nothing(&format!("{path}/{verb}")).expect(200);
        let found = read.get(&path).expect(200);
        assert_eq!(changed.json()["status"], status);
        let same = found.json()["status"] == status && found.header("etag") == changed.header("etag");
        stale += u64::from(!same);
        write = read;
    }
    println!("{READS} reads at another server: {stale} stale");
    assert_eq!(stale, 0);
    drop(servers);
    cluster.assert_whole();
}

#[test]
fn tokens_and_cursors_of_one_server_are_good_at_the_others() {
    let cluster = Cluster::new();
    let servers = cluster.serve();
    let (doctor, ada) = (servers[0].doctor(), servers[1].patient());
    let slots = doctor.publish_row(3, 6);
    for slot in &slots {
        ada.book(slot);
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    for server in servers.iter().cycle().take(3) {
        let page = ada.at(server).client.get(&format!("/appointments?limit=2{cursor}")).body_of(200);
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["slot_id"].clone()));
        cursor = format!("&cursor={}", page["page"]["next_cursor"].as_str().unwrap_or_default());
    }
    assert_eq!(Value::from(seen), json!(slots));

    let refresh = json!({"refresh_token": ada.login["refresh_token"]});
    let renewed = ada.at(&servers[2]).client.post("/auth/refresh", &refresh).body_of(200);
    let again = Person { client: servers[0].client().with_token(renewed["access_token"].as_str().unwrap()), ..ada };
    let _ = again.client.post_nothing("/auth/logout").expect(204);
    again.client.get("/auth/me").problem(401, "unauthenticated");
    for server in &servers {
        let client = again.at(server).client;
        let refused = wait::until("the others to know", || Some(client.get("/auth/me")).filter(|me| me.status != 200));
        refused.problem(401, "unauthenticated");
    }
}
