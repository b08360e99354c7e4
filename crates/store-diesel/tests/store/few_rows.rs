//! A page reads few more rows than it shows, whatever MariaDB thinks of the tables.

use application::ports::{AnyStore, FreeSlotFilter};
use chrono::TimeDelta;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use kernel::{Limit, PageRequest, UnitOfWorkExt, Zone};
use testkit::{Clinic, sample};

use crate::scratch::{Scratch, mysql};

/// How many rows of slots this has read, as the server counts them.
fn slots_read(scratch: &Scratch, work: impl FnOnce()) -> i64 {
    let name = scratch.url.rsplit('/').next().unwrap();
    let count = || {
        let total = format!(
            "SELECT CAST(COALESCE(SUM(rows_read), 0) AS SIGNED) FROM information_schema.table_statistics \
             WHERE table_schema = '{name}' AND table_name = 'slots'"
        );
        sql::<BigInt>(&total).get_result::<i64>(&mut crate::scratch::connect(&scratch.url)).unwrap()
    };
    let before = count();
    work();
    count() - before
}

#[test]
fn a_page_of_free_slots_is_not_sorted_from_all_of_them() {
    const DOCTORS: u32 = 40;
    let scratch = mysql();
    scratch.on_schema("SET GLOBAL userstat = 1");
    let clinic = Clinic::open(&scratch.shared(), Zone::UTC);
    let from = sample::instant("2026-11-23T00:00:00Z");
    for n in 0..DOCTORS {
        clinic.slots(clinic.doctor(&format!("Grace {n}")), from, 30, 250);
    }
    let limit = Limit::new(20).unwrap();
    let to = from + TimeDelta::days(30);
    for city in [None, Some(clinic.location().city.clone())] {
        let filter = FreeSlotFilter { doctor: None, specialty: None, city, from, to };
        let mut after = None;
        for _ in 0..3 {
            let page = PageRequest { limit, after: after.take() };
            let read = slots_read(&scratch, || {
                let found = scratch.read(|store: &mut AnyStore| store.free_slots(&filter, &page)).unwrap();
                assert_eq!(found.items.len(), 20);
                after = found.next;
            });
            // Slots that start together come twice: as the end of one page, and before the beginning of the next.
            assert!((20..=i64::from(20 + 1 + DOCTORS)).contains(&read), "{read} rows for {:?}", filter.city);
        }
    }
}
