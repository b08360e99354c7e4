//! Locations and specialties: lists that administrators keep and everybody reads.

use clinic_core::ports::Places;
use clinic_core::{Location, LocationEdit, Specialty, SpecialtyCode, location, specialty};
use kernel::{Expected, Guard, LocationId, Revision, UnitOfWorkExt, Zone, tidy};
use std::collections::BTreeSet;
use uuid::Uuid;

use crate::access::Action;
use crate::audit::{AuditAction, record};
use crate::{App, Caller, Error, Refusal, Store, Thing};

/// What a new location is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLocation {
    /// What people call it.
    pub name: String,
    /// Street and number; may be empty.
    pub address: String,
    /// Where doctors are searched for.
    pub city: String,
    /// One IANA time zone.
    pub zone: Zone,
}

impl App {
    /// Every specialty, by code, for anybody.
    ///
    /// # Errors
    /// When the store fails.
    pub fn specialties(&self) -> Result<Vec<Specialty>, Error> {
        Ok(self.store.read(Places::specialties)?)
    }

    /// Adds a specialty to the list.
    ///
    /// # Errors
    /// `Forbidden` for anyone but an administrator, `SpecialtyTaken`; or the store fails.
    pub fn add_specialty(&self, caller: &Caller, code: &SpecialtyCode, name: &str) -> Result<Specialty, Error> {
        caller.permit_all(Action::ManagePlaces)?;
        let (entry, now) = (self.ids.fresh(), self.clock.now());
        let specialty = Specialty { code: code.as_str().to_owned(), name: tidy(name) };
        self.store.write(|store| {
            specialty::decide_addition(&store.specialties()?, code)?;
            store.add_specialty(&specialty)?;
            let detail = Some(specialty.code.clone());
            record(store, entry, now, Some(caller), AuditAction::SpecialtyAdded, None, detail)?;
            Ok(specialty.clone())
        })
    }

    /// Gives a specialty another name.
    ///
    /// # Errors
    /// `Forbidden` for anyone but an administrator, `Unknown`; or the store fails.
    pub fn rename_specialty(&self, caller: &Caller, code: &str, name: &str) -> Result<Specialty, Error> {
        caller.permit_all(Action::ManagePlaces)?;
        let (entry, now) = (self.ids.fresh(), self.clock.now());
        self.store.write(|store| {
            let specialty = Specialty { name: tidy(name), ..listed(store, code)? };
            store.change_specialty(&specialty)?;
            let detail = Some(specialty.code.clone());
            record(store, entry, now, Some(caller), AuditAction::SpecialtyChanged, None, detail)?;
            Ok(specialty)
        })
    }

    /// Removes a specialty from the list; not while a doctor has it.
    ///
    /// A doctor who gets it at the same moment makes one of the two lose the race, by the schema's foreign key; run
    /// again, it is refused.
    ///
    /// # Errors
    /// `Forbidden` for anyone but an administrator, `Unknown`, `SpecialtyInUse`; or the store fails.
    pub fn remove_specialty(&self, caller: &Caller, code: &str) -> Result<(), Error> {
        caller.permit_all(Action::ManagePlaces)?;
        let (entry, now) = (self.ids.fresh(), self.clock.now());
        self.store.write(|store| {
            let Specialty { code, .. } = listed(store, code)?;
            if store.is_practised(&code)? {
                return Err(clinic_core::Refusal::SpecialtyInUse { code }.into());
            }
            store.remove_specialty(&code)?;
            record(store, entry, now, Some(caller), AuditAction::SpecialtyRemoved, None, Some(code))?;
            Ok(())
        })
    }

    /// Every location, oldest first, for anybody.
    ///
    /// # Errors
    /// When the store fails.
    pub fn locations(&self) -> Result<Vec<Location>, Error> {
        Ok(self.store.read(Places::locations)?)
    }

    /// One location, for anybody.
    ///
    /// # Errors
    /// `Unknown`; or the store fails.
    pub fn location(&self, id: LocationId) -> Result<Location, Error> {
        self.store.read(|store| found(store, id))
    }

    /// Adds a location.
    ///
    /// # Errors
    /// `Forbidden` for anyone but an administrator; or the store fails.
    pub fn add_location(&self, caller: &Caller, new: &NewLocation) -> Result<Location, Error> {
        caller.permit_all(Action::ManagePlaces)?;
        self.open_location(Some(caller), new)
    }

    /// Adds a location; only for those who run the installation.
    ///
    /// # Errors
    /// When the store fails.
    pub fn create_location(&self, new: &NewLocation) -> Result<Location, Error> {
        self.open_location(None, new)
    }

    fn open_location(&self, by: Option<&Caller>, new: &NewLocation) -> Result<Location, Error> {
        let (id, entry, now) = (LocationId::new(self.ids.fresh()), self.ids.fresh(), self.clock.now());
        let (name, city) = (tidy(&new.name), tidy(&new.city));
        let NewLocation { address, zone, .. } = new.clone();
        let location = Location { id, name, address, city, zone, revision: Revision::FIRST };
        self.store.write(|store| {
            store.add_location(&location)?;
            record(store, entry, now, by, AuditAction::LocationAdded, Some(id.uuid()), None)?;
            Ok(location.clone())
        })
    }

    /// Changes a location; its zone only while nothing was ever published there.
    ///
    /// # Errors
    /// `Forbidden` for anyone but an administrator, `Unknown`, a refusal of [`location::decide_change`]; or the store
    /// fails.
    pub fn change_location(
        &self,
        caller: &Caller,
        id: LocationId,
        edit: &LocationEdit,
        expected: &Expected,
    ) -> Result<Location, Error> {
        caller.permit_all(Action::ManagePlaces)?;
        let (entry, now) = (self.ids.fresh(), self.clock.now());
        self.store.write(|store| {
            if edit.zone.is_some() {
                hold_diaries_at(store, id)?;
            }
            let old = found(store, id)?;
            let at_it = store.use_of(id)?;
            let changed = location::decide_change(old, edit.clone(), expected, at_it)?;
            store.change_location(&changed)?;
            audit_location(store, (entry, now), caller, AuditAction::LocationChanged, id, Some(fields(edit)))?;
            Ok(changed)
        })
    }

    /// Removes a location; not while anybody or anything is there, and never the last one.
    ///
    /// # Errors
    /// `Forbidden` for anyone but an administrator, `Unknown`, a refusal of [`location::decide_removal`]; or the store
    /// fails.
    pub fn remove_location(&self, caller: &Caller, id: LocationId, expected: &Expected) -> Result<(), Error> {
        caller.permit_all(Action::ManagePlaces)?;
        let (entry, now) = (self.ids.fresh(), self.clock.now());
        self.store.write(|store| {
            let _ = store.hold(&BTreeSet::from([Guard::Places]))?;
            let location = found(store, id)?;
            let at_it = store.use_of(id)?;
            location::decide_removal(&location, expected, at_it, store.locations()?.len())?;
            store.remove_location(id, location.revision)?;
            audit_location(store, (entry, now), caller, AuditAction::LocationRemoved, id, Some(location.name))
        })
    }
}

/// Lets nobody publish at this location until the transaction ends.
fn hold_diaries_at<S: Store + ?Sized>(store: &mut S, id: LocationId) -> Result<(), Error> {
    let guards: BTreeSet<Guard> = store.doctors_at(id)?.into_iter().map(Guard::Doctor).collect();
    // One that is missing belongs to a doctor who cannot publish either.
    let _ = store.hold(&guards)?;
    Ok(())
}

fn audit_location<S: Store + ?Sized>(
    store: &mut S,
    (entry, now): (Uuid, chrono::DateTime<chrono::Utc>),
    caller: &Caller,
    action: AuditAction,
    id: LocationId,
    detail: Option<String>,
) -> Result<(), Error> {
    Ok(record(store, entry, now, Some(caller), action, Some(id.uuid()), detail)?)
}

/// Which fields an edit names.
fn fields(edit: &LocationEdit) -> String {
    let named = [
        edit.name.as_ref().map(|_| "name"),
        edit.address.as_ref().map(|_| "address"),
        edit.city.as_ref().map(|_| "city"),
        edit.zone.as_ref().map(|_| "time_zone"),
    ];
    named.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn found<S: Places + ?Sized>(store: &mut S, id: LocationId) -> Result<Location, Error> {
    Ok(store.location(id)?.ok_or(Refusal::Unknown(Thing::Location))?)
}

fn listed<S: Places + ?Sized>(store: &mut S, code: &str) -> Result<Specialty, Error> {
    let known = store.specialties()?.into_iter().find(|specialty| specialty.code == code);
    Ok(known.ok_or(Refusal::Unknown(Thing::Specialty))?)
}
