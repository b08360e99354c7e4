//! What there is when somebody comes to the door.

use kernel::{AppointmentId, LocationId, MessageId, SlotId};
use messaging_core::{Addressee, Message, MessageKind};
use scheduling_core::AppointmentStatus;
use uuid::Uuid;

use crate::house::{House, Who};

/// One of each thing that an endpoint is about, all of the same doctor and the same patient.
pub(super) struct Scene {
    pub(super) house: House,
    pub(super) free: SlotId,
    pub(super) busy: SlotId,
    pub(super) booked: AppointmentId,
    pub(super) pending: AppointmentId,
    pub(super) begun: AppointmentId,
    pub(super) cancelled: AppointmentId,
    pub(super) empty_location: LocationId,
    pub(super) message: MessageId,
}

impl Scene {
    pub(super) async fn set() -> Self {
        let house = House::open().await;
        let free = house.free_slot("2026-11-23T09:00:00Z");
        let (booked, busy) = house.visit(AppointmentStatus::Booked, "2026-11-23T10:00:00Z");
        let (pending, _) = house.visit(AppointmentStatus::Pending, "2026-11-23T11:00:00Z");
        let (begun, _) = house.visit(AppointmentStatus::Booked, "2026-11-20T07:45:00Z");
        let (cancelled, _) = house.visit(AppointmentStatus::Cancelled, "2026-11-23T12:00:00Z");
        let empty = testkit::sample::location(kernel::Zone::UTC);
        house.clinic.write(|store| store.add_location(&empty));
        let message = MessageId::new(testkit::sample::fresh());
        let now = testkit::sample::now();
        let to = Addressee::Patient(house.patient);
        let owed = Message { id: message, kind: MessageKind::Booked, to, about: None, created_at: now, due_at: now };
        house.clinic.write(|store| store.add_messages(&[owed]));
        Self { house, free, busy, booked, pending, begun, cancelled, empty_location: empty.id, message }
    }

    /// The session of the patient.
    pub(super) fn session(&self) -> Uuid {
        let claims = self.house.app.claims(&self.house.pass(Who::Patient).access_token).expect("it was just issued");
        claims.session.uuid()
    }
}
