"""A visit is booked, found and cancelled with openapi-generator's python."""

import sys

import slotkeeper_generated as api

host, password = sys.argv[1:]


def log_in(identifier):
    body = api.LoginBody(identifier=identifier, password=password)
    reply = api.AuthApi(api.ApiClient(api.Configuration(host=host))).login(body)
    return api.ApiClient(api.Configuration(host=host, access_token=reply.access_token))


patient = log_in("patient005@demo.example")
appointments = api.AppointmentsApi(patient)
slot = api.AvailabilityApi(patient).list_availability(limit=1).items[0]
body = api.BookingBody(slot_id=slot.slot_id, starts_at=slot.starts_at)
booked = appointments.book_appointment(body)
try:
    appointments.book_appointment(body)
    raise AssertionError("the slot is taken")
except api.ApiException as refused:
    assert refused.status == 409 and '"slot_not_free"' in refused.body, refused
upcoming = appointments.list_appointments(scope="upcoming", limit=100)
assert booked.id in [row.id for row in upcoming.items]
cancelled = appointments.cancel_appointment(booked.id)
assert cancelled.status == "cancelled", cancelled
history = appointments.get_appointment_history(booked.id)
assert [change.revision for change in history.items] == [1, 2]
# Entries come one a line, which this client leaves to its caller.
stream = api.AuditApi(log_in("admin@demo.example")).export_audit_without_preload_content()
assert b"appointment_booked" in stream.read()
print("openapi-generator python: booked, found, cancelled, exported")
