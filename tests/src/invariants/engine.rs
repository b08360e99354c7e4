//! What the engine finds when it looks at itself.

use crate::data::Data;
use crate::engine::Engine;

/// How often a complaint of MariaDB is looked into again, and after which time.
#[cfg(feature = "mysql")]
const LOOKS_AGAIN: u32 = 4;
#[cfg(feature = "mysql")]
const PAUSE: std::time::Duration = std::time::Duration::from_millis(500);

pub(super) fn violations(data: &Data) -> Vec<String> {
    let found = match data.engine() {
        Engine::Sqlite => of_sqlite(data),
        #[cfg(feature = "mysql")]
        Engine::MariaDb => of_mariadb(data),
    };
    found.into_iter().map(|told| format!("I14 the engine's own check: {told}")).collect()
}

fn of_sqlite(data: &Data) -> Vec<String> {
    let mut found = data.ask("SELECT integrity_check AS told FROM pragma_integrity_check");
    found.retain(|told| told != "ok");
    found.extend(data.ask(
        "SELECT CONCAT('row ', rowid, ' of ', \"table\", ' refers to nothing in ', parent) AS told \
         FROM pragma_foreign_key_check",
    ));
    found
}

#[cfg(feature = "mysql")]
fn of_mariadb(data: &Data) -> Vec<String> {
    let mut found = checked_tables(data);
    // While the transaction of whoever was killed is rolled back and purged, a record of an index may stand alone for a
    // moment (seen on 10.11, in one of some hundred rounds). Harm stays.
    for _ in 0..LOOKS_AGAIN {
        if found.is_empty() {
            break;
        }
        println!("looking again: {found:?}");
        std::thread::sleep(PAUSE);
        found = checked_tables(data);
    }
    // CHECK TABLE does not look where a key leads to.
    for orphans in data.ask(
        "SELECT CONCAT('SELECT ''a row of ', c.table_name, ' refers to nothing in ', c.referenced_table_name, \
         ''' AS told FROM ', c.table_name, ' c LEFT JOIN ', c.referenced_table_name, ' p ON p.', \
         c.referenced_column_name, ' = c.', c.column_name, ' WHERE c.', c.column_name, ' IS NOT NULL AND p.', \
         c.referenced_column_name, ' IS NULL') AS told FROM information_schema.key_column_usage c \
         WHERE c.table_schema = DATABASE() AND c.referenced_table_name IS NOT NULL",
    ) {
        found.extend(data.ask(&orphans));
    }
    found
}

#[cfg(feature = "mysql")]
fn checked_tables(data: &Data) -> Vec<String> {
    use diesel::RunQueryDsl;
    use diesel::sql_types::Text;

    #[derive(diesel::QueryableByName)]
    struct Checked {
        #[diesel(sql_type = Text, column_name = "Table")]
        table: String,
        #[diesel(sql_type = Text, column_name = "Msg_text")]
        says: String,
    }

    let tables = data.ask("SELECT table_name AS told FROM information_schema.tables WHERE table_schema = DATABASE()");
    let connection = &mut crate::engine::connect(&data.database_url());
    let check = diesel::sql_query(format!("CHECK TABLE {} EXTENDED", tables.join(", ")));
    let checked: Vec<Checked> = check.load(connection).expect("tables can be checked");
    let sick = checked.into_iter().filter(|checked| checked.says != "OK");
    sick.map(|Checked { table, says }| format!("{table}: {says}")).collect()
}
