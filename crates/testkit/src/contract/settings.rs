//! Settings that were changed while the installation runs.

use application::settings::StoredSettings;

use super::support::{assert_lost, odd_line, token};
use crate::Shared;
use crate::clinic::{read, write};

fn stored(store: &Shared) -> StoredSettings {
    read(store, |store| store.stored_settings())
}

pub fn what_was_stored_over_the_configuration_comes_back(store: &Shared) {
    let before = stored(store);
    let name = token();
    let mut after = StoredSettings { revision: before.revision.next(), ..before };
    after.values.insert(name.clone(), odd_line("Clinic"));
    after.values.insert(format!("{name}_2"), String::new());
    write(store, |store| store.change_settings(&after));
    assert_eq!(stored(store), after);

    after.revision = after.revision.next();
    after.values.remove(&name);
    after.values.insert(format!("{name}_2"), "none".to_owned());
    write(store, |store| store.change_settings(&after));
    assert_eq!(stored(store), after);
}

pub fn settings_are_written_over_the_revision_before_only(store: &Shared) {
    let before = stored(store);
    for revision in [before.revision, before.revision.next().next()] {
        let mut stale = StoredSettings { revision, ..before.clone() };
        stale.values.insert(token(), "lost".to_owned());
        assert_lost(store, |store| store.change_settings(&stale));
    }
    assert_eq!(stored(store), before);
}
