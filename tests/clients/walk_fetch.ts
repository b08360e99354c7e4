// A visit is booked, found and cancelled with openapi-fetch and the types of openapi-typescript.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./generated/fetch/schema.js";

const [baseUrl, password] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl });

async function logIn(identifier: string): Promise<string> {
  const { data, error } = await client.POST("/api/v1/auth/login", { body: { identifier, password } });
  assert(data, JSON.stringify(error));
  return `Bearer ${data.access_token}`;
}

const headers = { Authorization: await logIn("patient001@demo.example") };
const free = await client.GET("/api/v1/availability", { params: { query: { limit: 1 } } });
assert(free.data);
const [slot] = free.data.items;
const wish = { slot_id: slot.slot_id, starts_at: slot.starts_at, reason: "check-up" };
const booked = await client.POST("/api/v1/appointments", { headers, body: wish });
assert(booked.data, JSON.stringify(booked.error));
const again = await client.POST("/api/v1/appointments", { headers, body: wish });
assert.equal(again.error?.code, "slot_not_free");
const path = { id: booked.data.id };
const upcoming = await client.GET("/api/v1/appointments", { headers, params: { query: { scope: "upcoming", limit: 100 } } });
assert(upcoming.data?.items.some((row) => row.id === path.id));
const cancelled = await client.POST("/api/v1/appointments/{id}/cancel", { headers, params: { path } });
assert.equal(cancelled.data?.status, "cancelled");
const history = await client.GET("/api/v1/appointments/{id}/history", { headers, params: { path } });
assert.deepEqual(history.data?.items.map((change) => change.revision), [1, 2]);

const staff = { Authorization: await logIn("admin@demo.example") };
const me = await client.PATCH("/api/v1/patients/me", { headers, body: { blood_group: "A+" } });
assert.equal(me.data?.blood_group, "A+");
const exported = await client.GET("/api/v1/audit/export", { headers: staff, parseAs: "text" });
const lines = (exported.data ?? "").trim().split("\n").map((line) => JSON.parse(line));
assert(lines.some((entry) => entry.action === "appointment_booked"));
console.log("openapi-fetch: booked, found, cancelled, exported");
