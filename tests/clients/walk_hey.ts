// A visit is booked, found and cancelled with the client that hey-api makes.
import assert from "node:assert/strict";
import { client } from "./generated/hey/client.gen.js";
import {
  bookAppointment,
  cancelAppointment,
  exportAudit,
  getAppointmentHistory,
  listAppointments,
  login,
  listAvailability,
} from "./generated/hey/index.js";

const [baseUrl, password] = process.argv.slice(2);
client.setConfig({ baseUrl });

async function logIn(identifier: string): Promise<string> {
  const { data, error } = await login({ body: { identifier, password } });
  assert(data, JSON.stringify(error));
  return data.access_token;
}

const auth = await logIn("patient002@demo.example");
const free = await listAvailability({ query: { limit: 1 } });
assert(free.data);
const [slot] = free.data.items;
const body = { slot_id: slot.slot_id, starts_at: slot.starts_at };
const booked = await bookAppointment({ auth, body });
assert(booked.data, JSON.stringify(booked.error));
const again = await bookAppointment({ auth, body });
assert.equal(again.error?.code, "slot_not_free");
const path = { id: booked.data.id };
const upcoming = await listAppointments({ auth, query: { scope: "upcoming", limit: 100 } });
assert(upcoming.data?.items.some((row) => row.id === path.id));
const cancelled = await cancelAppointment({ auth, path });
assert.equal(cancelled.data?.status, "cancelled");
const history = await getAppointmentHistory({ auth, path });
assert.deepEqual(history.data?.items.map((change) => change.revision), [1, 2]);
const exported = await exportAudit({ auth: await logIn("admin@demo.example"), parseAs: "text" });
assert(exported.data?.includes("appointment_booked"));
console.log("hey-api: booked, found, cancelled, exported");
