//! Places.
use kernel::{Expected, LocationId, Revision, Zone, tidy};

use crate::Refusal;

/// A place with one time zone, in which all its hours are read (FHIR Location).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Its identity.
    pub id: LocationId,
    /// What people call it.
    pub name: String,
    /// Street and number.
    pub address: String,
    /// Where doctors are searched for.
    pub city: String,
    /// One IANA time zone.
    pub zone: Zone,
    /// How often it was written.
    pub revision: Revision,
}

/// What is to be different about a location; what is not mentioned stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocationEdit {
    /// What people call it.
    pub name: Option<String>,
    /// Street and number; may be empty.
    pub address: Option<String>,
    /// Where doctors are searched for.
    pub city: Option<String>,
    /// One IANA time zone.
    pub zone: Option<Zone>,
}

/// Who or what is at a location.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LocationUse {
    /// A doctor, or a schedule.
    pub people: bool,
    /// A slot or an appointment, past or to come.
    pub times: bool,
}

/// The location after a change.
///
/// Its zone stays once there ever was a slot or an appointment: hours are local, so what was published as nine o'clock
/// would no longer be at nine.
///
/// # Errors
/// `Stale`, `LocationInUse`.
pub fn decide_change(
    location: Location,
    edit: LocationEdit,
    expected: &Expected,
    at_it: LocationUse,
) -> Result<Location, Refusal> {
    refuse_stale(&location, expected)?;
    let zone = edit.zone.unwrap_or(location.zone);
    if zone != location.zone && at_it.times {
        return Err(Refusal::LocationInUse);
    }
    Ok(Location {
        name: edit.name.map_or(location.name, |name| tidy(&name)),
        address: edit.address.unwrap_or(location.address),
        city: edit.city.map_or(location.city, |city| tidy(&city)),
        zone,
        revision: location.revision.next(),
        ..location
    })
}

/// Whether a location can go; `count` is how many there are.
///
/// # Errors
/// `Stale`, `LocationInUse`, `LastLocation`.
pub fn decide_removal(
    location: &Location,
    expected: &Expected,
    at_it: LocationUse,
    count: usize,
) -> Result<(), Refusal> {
    refuse_stale(location, expected)?;
    if at_it.people || at_it.times {
        return Err(Refusal::LocationInUse);
    }
    if count <= 1 { Err(Refusal::LastLocation) } else { Ok(()) }
}

fn refuse_stale(location: &Location, expected: &Expected) -> Result<(), Refusal> {
    if expected.accepts(location.revision) { Ok(()) } else { Err(Refusal::Stale { actual: location.revision }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: LocationUse = LocationUse { people: false, times: false };
    const STAFFED: LocationUse = LocationUse { people: true, times: false };
    const PUBLISHED: LocationUse = LocationUse { people: false, times: true };

    fn location() -> Location {
        Location {
            id: LocationId::new(uuid::Uuid::from_u128(1)),
            name: "Main".to_owned(),
            address: "1 Marina Road".to_owned(),
            city: "Lagos".to_owned(),
            zone: testkit::zone("Africa/Lagos"),
            revision: Revision::FIRST,
        }
    }

    #[test]
    fn what_is_not_mentioned_stays() {
        let edit = LocationEdit { city: Some("Eko".to_owned()), ..LocationEdit::default() };
        let changed = Location { city: "Eko".to_owned(), revision: Revision::FIRST.next(), ..location() };
        assert_eq!(decide_change(location(), edit, &Expected::Any, PUBLISHED), Ok(changed));
    }

    #[test]
    fn a_zone_stays_once_there_were_times() {
        let change = |zone, at_it| {
            let edit = LocationEdit { zone: Some(zone), ..LocationEdit::default() };
            decide_change(location(), edit, &Expected::Any, at_it).map(|changed| changed.zone)
        };
        assert_eq!(change(Zone::UTC, STAFFED), Ok(Zone::UTC));
        assert_eq!(change(Zone::UTC, PUBLISHED), Err(Refusal::LocationInUse));
        assert_eq!(
            change(testkit::zone("Africa/Lagos"), PUBLISHED),
            Ok(testkit::zone("Africa/Lagos")),
            "it is no change"
        );
    }

    #[test]
    fn a_location_goes_when_nobody_is_there_and_it_is_not_the_last() {
        let remove = |at_it, count| decide_removal(&location(), &Expected::Any, at_it, count);
        assert_eq!(remove(EMPTY, 2), Ok(()));
        assert_eq!(remove(EMPTY, 1), Err(Refusal::LastLocation));
        for at_it in [STAFFED, PUBLISHED] {
            assert_eq!(remove(at_it, 2), Err(Refusal::LocationInUse));
        }
    }

    #[test]
    fn what_was_changed_meanwhile_stays_as_it_is() {
        let old = Expected::OneOf(Vec::new());
        let stale = Refusal::Stale { actual: Revision::FIRST };
        assert_eq!(decide_change(location(), LocationEdit::default(), &old, EMPTY), Err(stale.clone()));
        assert_eq!(decide_removal(&location(), &old, EMPTY, 2), Err(stale));
    }
}
