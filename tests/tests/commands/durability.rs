//! A database that forgets is not served.

use acceptance::mariadb::OwnMariaDb;
use acceptance::{Data, Server};

#[test]
fn a_mariadb_that_may_forget_is_refused_unless_that_is_wanted() {
    let mariadb = OwnMariaDb::start();
    let data = Data::on_mariadb(mariadb.url());
    let _ = Server::start_on(&data, &[]).stop();

    data.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 2");
    let refused = data.run(&["serve"]);
    assert_eq!(refused.code, Some(1), "{refused:#?}");
    assert!(refused.stderr.contains("innodb_flush_log_at_trx_commit"), "{refused:#?}");
    assert!(refused.stderr.contains("SLOTKEEPER_ALLOW_WEAK_DURABILITY=on"), "{refused:#?}");
    assert!(!refused.stdout.contains("listening"), "{refused:#?}");
    let checked = data.run(&["check"]);
    assert_eq!(checked.code, Some(1), "{checked:#?}");
    assert!(checked.stderr.contains("durability: innodb_flush_log_at_trx_commit"), "{checked:#?}");
    assert_eq!(data.run(&["demo"]).code, Some(1));

    let server = Server::start_on(&data, &[("allow_weak_durability", "on")]);
    assert!(server.stderr().contains("innodb_flush_log_at_trx_commit"), "{}", server.stderr());
    server.patient();
}
