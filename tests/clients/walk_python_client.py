"""A visit is booked, found and cancelled with openapi-python-client."""

import sys

from slotkeeper_client import AuthenticatedClient, Client
from slotkeeper_client.api.appointments import (
    book_appointment,
    cancel_appointment,
    get_appointment_history,
    list_appointments,
)
from slotkeeper_client.api.audit import export_audit
from slotkeeper_client.api.auth import login
from slotkeeper_client.api.availability import list_availability
from slotkeeper_client.api.patients import change_my_patient
from slotkeeper_client.models import AppointmentScope, BloodGroup, BookingBody, LoginBody, PatientPatch

base_url, password = sys.argv[1:]


def log_in(identifier):
    reply = login.sync(client=Client(base_url), body=LoginBody(identifier=identifier, password=password))
    return AuthenticatedClient(base_url, token=reply.access_token)


patient = log_in("patient004@demo.example")
slot = list_availability.sync(client=patient, limit=1).items[0]
body = BookingBody(slot_id=slot.slot_id, starts_at=slot.starts_at)
booked = book_appointment.sync(client=patient, body=body)
again = book_appointment.sync_detailed(client=patient, body=body)
assert again.status_code == 409 and again.parsed.code == "slot_not_free", again
upcoming = list_appointments.sync(client=patient, scope=AppointmentScope.UPCOMING, limit=100)
assert booked.id in [row.id for row in upcoming.items]
cancelled = cancel_appointment.sync(booked.id, client=patient)
assert cancelled.status == "cancelled", cancelled
history = get_appointment_history.sync(booked.id, client=patient)
assert [change.revision for change in history.items] == [1, 2]
for group in BloodGroup:
    changed = change_my_patient.sync(client=patient, body=PatientPatch(blood_group=group))
    assert changed.blood_group == group, changed
lines = export_audit.sync(client=log_in("admin@demo.example"))
assert b"appointment_booked" in lines
print("openapi-python-client: booked, found, cancelled, exported")
