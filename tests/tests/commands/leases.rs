//! Jobs that one of many servers does.

use acceptance::{Data, Engine, Server, on_each_engine, wait};

on_each_engine!(a_job_of_a_server_that_was_killed_is_taken_over);

/// Every job with who does it.
fn holders(data: &Data) -> Vec<String> {
    data.ask("SELECT CONCAT(name, ' ', HEX(holder)) AS told FROM leases ORDER BY name")
}

/// Sweeping, marking missed visits and expiring requests.
const JOBS: usize = 3;

fn wait_for_holders(data: &Data) -> Vec<String> {
    wait::until("every job to be taken", || Some(holders(data)).filter(|holders| holders.len() == JOBS))
}

/// Waits until this server has tried every job and found it taken.
fn wait_until_refused(server: &Server) {
    wait::until("the jobs to be refused", || {
        (server.stderr().matches("another node does it").count() == JOBS).then_some(())
    });
}

#[cfg(feature = "mysql")]
#[test]
fn a_job_is_done_by_one_server_until_it_stops() {
    let first = Server::start(Engine::MariaDb);
    let data = first.data().clone();
    let held = wait_for_holders(&data);
    let second = Server::start_on(&data, &[("log_level", "debug")]);
    wait_until_refused(&second);
    assert_eq!(holders(&data), held);

    assert!(first.stop().success());
    assert_eq!(holders(&data), [""; 0], "a server that stops gives its leases back");
    let third = Server::start_on(&data, &[]);
    let others = wait_for_holders(&data);
    assert!(others.iter().all(|other| !held.contains(other)), "{others:?}");
    assert!(second.stop().success());
    assert_eq!(holders(&data), others, "nobody gives back what others hold");
    drop(third);
}

fn a_job_of_a_server_that_was_killed_is_taken_over(engine: Engine) {
    let first = Server::start(engine);
    let data = first.data().clone();
    let held = wait_for_holders(&data);
    drop(first);
    let second = Server::start_on(&data, &[("log_level", "debug")]);
    wait_until_refused(&second);
    assert_eq!(holders(&data), held, "its leases have not expired");

    let are_taken_over = |held: &[String]| holders(&data).iter().all(|other| !held.contains(other)).then_some(());
    drop(second);
    data.execute("UPDATE leases SET expires_at = '2026-01-01 00:00:00.000000'");
    let third = Server::start_on(&data, &[]);
    wait::until("every job to be taken over", || are_taken_over(&held));

    let held = holders(&data);
    drop(third);
    data.execute("UPDATE leases SET expires_at = '2126-01-01 00:00:00.000000'");
    let _fourth = Server::start_on(&data, &[]);
    wait::until("the jobs of a clock that ran ahead to be taken over", || are_taken_over(&held));
}
