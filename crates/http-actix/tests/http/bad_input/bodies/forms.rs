//! Every body that can be sent, with all of its fields.

mod accounts;
mod administration;
mod diary;
mod directory;
mod people;
mod places;

use kernel::{AppointmentId, SlotId};
use scheduling_core::AppointmentStatus;
use serde_json::Value;

use crate::ask::Ask;
use crate::bad_input::fields::{Kind, Presence};
use crate::house::{House, Who};

/// What the bodies are about.
pub(super) struct Scene {
    pub(super) house: House,
    free: SlotId,
    visit: AppointmentId,
}

impl Scene {
    pub(super) fn set(house: House) -> Self {
        let free = house.free_slot("2026-11-23T09:00:00Z");
        let (visit, _) = house.visit(AppointmentStatus::Booked, "2026-11-20T17:00:00Z");
        Self { house, free, visit }
    }
}

/// One way of using an endpoint's body.
pub(super) struct Form {
    pub(super) name: &'static str,
    pub(super) who: Who,
    /// Each field: its pointer, kind and presence.
    pub(super) fields: &'static [(&'static str, Kind, Presence)],
    /// Fields that need not be there only because another one may be.
    pub(super) one_of: &'static [&'static str],
    body: fn(&Scene) -> Value,
}

impl Form {
    /// A body that is accepted, with every field of the form.
    pub(super) fn body(&self, scene: &Scene) -> Value {
        (self.body)(scene)
    }

    /// The endpoint, as the description of the interface names it.
    pub(super) fn described_as(&self) -> String {
        ["{account}", "{doctor}", "{patient}", "{slot}", "{visit}", "{location}"]
            .iter()
            .fold(self.name.to_owned(), |name, thing| name.replace(thing, "{id}"))
            .replace("{specialty}", "{code}")
    }

    /// The request without its body.
    pub(super) fn ask(&self, scene: &Scene) -> Ask {
        let (method, path) = self.name.split_once(' ').expect("a name is a method and a path");
        let path = path
            .replace("{account}", &scene.house.account(Who::Patient).to_string())
            .replace("{doctor}", &scene.house.doctor.to_string())
            .replace("{patient}", &scene.house.patient.to_string())
            .replace("{location}", &scene.house.clinic.location().id.to_string())
            .replace("{specialty}", "urology")
            .replace("{slot}", &scene.free.to_string())
            .replace("{visit}", &scene.visit.to_string());
        Ask::new(method.parse().expect("this is a method"), path).whatever_is_there()
    }
}

/// The forms of every endpoint that reads a body.
pub(super) fn forms() -> Vec<Form> {
    let mut forms = accounts::forms();
    forms.extend(administration::forms());
    forms.extend(directory::forms());
    forms.extend(places::forms());
    forms.extend(diary::slots());
    forms.extend(diary::appointments());
    forms.extend(people::forms());
    forms
}

fn form(
    name: &'static str,
    who: Who,
    fields: &'static [(&'static str, Kind, Presence)],
    body: fn(&Scene) -> Value,
) -> Form {
    Form { name, who, fields, one_of: &[], body }
}
