// A visit is booked, found and cancelled with openapi-generator's typescript-fetch.
import assert from "node:assert/strict";
import { AppointmentsApi, AuditApi, AuthApi, AvailabilityApi, Configuration, ResponseError } from "./generated/typescript-fetch/index.js";

const [basePath, password] = process.argv.slice(2);

async function as(identifier: string): Promise<Configuration> {
  const { access_token } = (await new AuthApi(new Configuration({ basePath })).loginRaw({ loginBody: { identifier, password } }).then((it) => it.raw.clone().json())) as { access_token: string };
  return new Configuration({ basePath, accessToken: access_token });
}

const patient = await as("patient003@demo.example");
const appointments = new AppointmentsApi(patient);
const { items: [slot] } = await new AvailabilityApi(patient).listAvailability({ limit: 1 });
const bookingBody = { slotId: slot.slotId, startsAt: slot.startsAt };
const booked = await appointments.bookAppointment({ bookingBody });
const refused = await appointments.bookAppointment({ bookingBody }).catch((error: unknown) => error);
assert(refused instanceof ResponseError && refused.response.status === 409);
assert.equal((await refused.response.json()).code, "slot_not_free");
const upcoming = await appointments.listAppointments({ scope: "upcoming", limit: 100 });
assert(upcoming.items.some((row) => row.id === booked.id));
const cancelled = await appointments.cancelAppointment({ id: booked.id });
assert.equal(cancelled.status, "cancelled");
const history = await appointments.getAppointmentHistory({ id: booked.id });
assert.deepEqual(history.items.map((change) => change.revision), [1, 2]);
const exported = await new AuditApi(await as("admin@demo.example")).exportAudit();
assert(exported.includes("appointment_booked"));
console.log("openapi-generator typescript-fetch: booked, found, cancelled, exported");
