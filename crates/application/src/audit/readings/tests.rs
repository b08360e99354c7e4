use std::net::{IpAddr, Ipv4Addr};

use kernel::{AccountId, DoctorId, PatientId, Role, SessionId};

use super::*;

const OWN: Uuid = Uuid::from_u128(1);
const PROFILE: Uuid = Uuid::from_u128(2);
const ADA: Uuid = Uuid::from_u128(10);
const BEN: Uuid = Uuid::from_u128(11);
const VISIT: Uuid = Uuid::from_u128(20);

fn caller(party: Party) -> Caller {
    let address = Some(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)));
    Caller { account: AccountId::new(OWN), session: SessionId::new(Uuid::nil()), party, address }
}

fn staff() -> [Caller; 3] {
    [Party::Doctor(DoctorId::new(PROFILE)), Party::Receptionist, Party::Admin].map(caller)
}

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap()
}

/// The subject and the others in the entry, if there is one.
fn told(reading: Reading, caller: &Caller) -> Option<(Option<Uuid>, Vec<Uuid>)> {
    entry_of(reading, caller, at()).map(|entry| (entry.subject, entry.shown.into_iter().collect()))
}

#[test]
fn staff_who_reads_of_others_is_told_of_with_all_whom_they_have_seen() {
    use AuditAction as A;
    for caller in staff() {
        for (reading, expected) in [
            (Reading::of_one(A::PatientContactRead, ADA, [ADA]), (Some(ADA), vec![])),
            (Reading::of_one(A::AppointmentRead, VISIT, [ADA]), (Some(VISIT), vec![ADA])),
            (Reading::of_one(A::AccountRead, ADA, [ADA, BEN]), (Some(ADA), vec![BEN])),
            (Reading::of_page(A::PatientsListed, &[], &"", [BEN, ADA, ADA]), (None, vec![ADA, BEN])),
            (Reading::of_page(A::AccountsListed, &[], &"", [OWN, BEN]), (None, vec![BEN])),
        ] {
            assert_eq!(told(reading.clone(), &caller), Some(expected), "{reading:?}");
        }
    }
}

#[test]
fn who_reads_of_themself_or_sees_nobody_is_not() {
    use AuditAction as A;
    for caller in staff() {
        assert_eq!(told(Reading::of_one(A::AccountRead, OWN, [OWN]), &caller), None);
        assert_eq!(told(Reading::of_one(A::MessageRead, VISIT, [OWN]), &caller), None);
        assert_eq!(told(Reading::of_page(A::PatientsListed, &[], &"", []), &caller), None);
    }
    let doctor = caller(Party::Doctor(DoctorId::new(PROFILE)));
    assert_eq!(told(Reading::of_one(A::MessageRead, VISIT, [OWN, PROFILE]), &doctor), None);
    let patient = caller(Party::Patient(PatientId::new(ADA)));
    assert_eq!(told(Reading::of_one(A::AppointmentRead, VISIT, [ADA]), &patient), None);
}

#[test]
fn an_entry_says_who_when_from_where_and_by_which_fields_but_not_what_stood_in_them() {
    let [doctor, ..] = staff();
    let page = |name: &str| {
        let fields = [("q", true), ("phone", false), ("national_id", true)];
        entry_of(Reading::of_page(AuditAction::PatientsListed, &fields, &name, [ADA]), &doctor, at()).unwrap()
    };
    let entry = page("Lovelace");
    assert_eq!((entry.at, entry.actor, entry.role), (at(), Some(AccountId::new(OWN)), Some(Role::Doctor)));
    assert_eq!(entry.address.as_deref(), Some("203.0.113.7"));
    let detail = entry.detail.unwrap();
    assert!(detail.starts_with("by q, national_id; filter ") && !detail.contains("Lovelace"), "{detail}");
    assert_eq!(page("Lovelace").detail.unwrap(), detail);
    assert_ne!(page("Hopper").detail.unwrap(), detail);
}

#[test]
fn what_waits_has_a_bound_and_keeps_its_order() {
    let readings = Readings::default();
    let [doctor, ..] = staff();
    let entry = |n: u128| {
        let reading = Reading::of_one(AuditAction::AppointmentRead, Uuid::from_u128(n), [ADA]);
        entry_of(reading, &doctor, at()).unwrap()
    };
    let most = u128::try_from(WAITING_MAX).unwrap();
    assert!((0..most).all(|n| readings.add(entry(n)).is_none()));
    assert_eq!(readings.add(entry(most)), Some(entry(most)));
    let batch = readings.take_batch();
    assert_eq!(batch.len(), ENTRIES_PER_BATCH);
    readings.put_back(batch.clone());
    assert_eq!(readings.take_batch(), batch);
    assert_eq!(batch.first(), Some(&entry(0)));
}

#[test]
fn the_oldest_that_is_written_is_looked_for_until_it_is_sealed() {
    let readings = Readings::default();
    let [doctor, ..] = staff();
    let reading = |seconds| {
        let reading = Reading::of_one(AuditAction::AppointmentRead, VISIT, [ADA]);
        entry_of(reading, &doctor, at() + chrono::TimeDelta::seconds(seconds)).unwrap()
    };
    readings.is_written(&[reading(5), reading(6)]);
    let since = readings.unsealed_since();
    assert_eq!(since, Some(at() + chrono::TimeDelta::seconds(5)));
    readings.is_written(&[reading(1)]);
    readings.sealed_since(since);
    assert_eq!(readings.unsealed_since(), Some(at() + chrono::TimeDelta::seconds(1)), "it came meanwhile");
    readings.sealed_since(readings.unsealed_since());
    assert_eq!(readings.unsealed_since(), None);
}
