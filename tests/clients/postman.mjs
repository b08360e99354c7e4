// Makes a Postman collection of the description, puts its requests into the order of a story and runs it with newman:
// every operation with its examples, where only what the clinic itself gives (ids, tokens, times to come) is filled in
// from earlier answers. Each call has to answer 2xx, except those below that say why not.
//
//     node postman.mjs DESCRIPTION URL COLLECTION
//
// The collection is written into that file; Postman can import and run it too.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import newman from "newman";
import converter from "openapi-to-postmanv2";

const [descriptionFile, url, collectionFile] = process.argv.slice(2);
const description = readFileSync(descriptionFile, "utf8");

// A Saturday in more than a week, when nobody has hours: whoever wants to book is neither too late nor too early. Its week
// ends on a Friday.
const soon = new Date(Date.now() + 8 * 86_400_000);
const weekday = (days) => new Date(soon.getTime() + (6 - soon.getUTCDay() + days) * 86_400_000).toISOString().slice(0, 10);
const [day, last_day] = [weekday(0), weekday(6)];

// What an example stands for, by the variable that has it. An example stands for the same wherever it is.
const id = (n) => `01939f6e-0d5c-7000-8000-00000000000${n}`;
const filledIn = [
  [id(1), "{{account_id}}"],
  [id(2), "{{doctor_id}}"],
  [id(3), "{{patient_id}}"],
  [id(4), "{{location_id}}"],
  [id(5), "{{slot_id}}"],
  [id(6), "{{other_slot_id}}"],
  [id(7), "{{appointment_id}}"],
  [id(8), "{{session_id}}"],
  [id(9), "{{message_id}}"],
  [id("a"), "{{$guid}}"],
  ["Zk3mQ9vT7xW2bN5cR8yL1pD4fG6hJ0sAUeYiXoKqBtM", "{{refresh_token}}"],
  ["2027-03-01T09:00:00Z", "{{starts_at}}"],
  ["2027-03-01T10:00:00Z", "{{other_starts_at}}"],
  ["2027-03-01", "{{day}}"],
  ["2027-03-05", "{{last_day}}"],
  ['"\\"1\\""', '"{{etag}}"'],
];
const [starts_at, other_starts_at] = [`${day}T09:00:00Z`, `${day}T10:00:00Z`];
const variables = { baseUrl: url, day, last_day, starts_at, other_starts_at };

// Who asks for what, in order. `swap` puts other values in the place of examples, `without` leaves parameters out, `keep`
// says which part of the answer is which variable; `refused` is the code that is answered instead of 2xx, and `because`
// why.
const zadie = "zadie.okafor@example.org";
const tokens = (who) => ({ [`${who}_token`]: "access_token", refresh_token: "refresh_token" });
const logIn = (who, email) => ["login", "nobody", { swap: { "patient001@demo.example": email }, keep: tokens(who) }];
const other = { [id(5)]: "{{other_slot_id}}", "2027-03-01T09:00:00Z": "{{other_starts_at}}" };
// Nothing has changed since the day of the example.
const changes = ["updated_since"];
const anybodys = ["doctor_id", "patient_id", "from", "to", "time_zone"];
const booked = { appointment_id: "items.0.id", other_appointment_id: "items.1.id" };
const mailed = { refused: "token_invalid", because: "the token is mailed" };
const story = [
  ["get_health"],
  ["get_readiness"],
  ["get_jwks"],
  ["get_security_contact"],
  ["get_openapi"],
  ["get_problem"],

  ["login", "nobody", { keep: tokens("patient") }],
  ["refresh", "nobody", { keep: tokens("patient") }],
  ["logout", "patient"],
  ["register"],
  logIn("zadie", zadie),
  logIn("doctor", "doctor001@demo.example"),
  logIn("desk", "desk@demo.example"),
  logIn("admin", "admin@demo.example"),
  ["get_me", "zadie"],
  ["change_me", "zadie"],
  ["get_my_preferences", "zadie"],
  ["change_my_preferences", "zadie"],
  ["get_my_patient", "zadie"],
  ["change_my_patient", "zadie"],

  ["list_accounts", "admin", { keep: { account_id: "items.0.id" } }],
  ["get_account", "admin"],
  ["change_account", "admin"],
  ["list_patients", "desk", { keep: { patient_id: "items.0.id" } }],
  ["get_patient", "desk"],
  ["change_patient", "desk"],
  ["read_patient_in_emergency", "doctor"],

  ["list_specialties"],
  ["add_specialty", "admin"],
  ["change_specialty", "admin"],
  ["remove_specialty", "admin"],
  ["list_locations"],
  ["add_location", "admin", { keep: { location_id: "id" } }],
  ["get_location"],
  ["change_location", "admin"],
  ["remove_location", "admin"],

  ["get_my_doctor", "doctor", { keep: { doctor_id: "id", location_id: "location.id" } }],
  ["change_my_doctor", "doctor"],
  ["change_doctor", "admin"],
  ["publish_slot", "doctor", { keep: { slot_id: "id" } }],
  ["get_slot", "doctor"],
  ["remove_slot", "doctor"],
  ["publish_slot", "doctor", { keep: { slot_id: "id" } }],
  ["change_slot", "doctor"],
  ["publish_slot", "doctor", { swap: other, keep: { other_slot_id: "id" } }],
  ["publish_slots", "doctor"],
  ["list_slots", "doctor", { keep: { slot_id: "items.0.id" } }],
  ["list_doctors", "nobody", { keep: { doctor_id: "items.0.id" } }],
  ["get_doctor"],
  ["list_availability", "nobody", { keep: { slot_id: "items.0.slot_id" } }],

  ["book_appointment", "zadie"],
  ["list_appointments", "zadie", { without: changes, keep: { appointment_id: "items.0.id" } }],
  ["get_appointment", "zadie"],
  ["change_appointment", "zadie"],
  ["reschedule_appointment", "zadie"],
  ["cancel_appointment", "zadie"],
  ["reinstate_appointment", "admin"],
  ["enter_in_error_appointment", "admin"],
  ["get_appointment_history", "zadie"],
  ["list_audit", "admin"],
  ["export_audit", "admin"],

  ["get_settings", "admin"],
  ["change_settings", "admin"],
  ["book_appointment", "zadie", { keep: { appointment_id: "id" } }],
  ["confirm_appointment", "doctor"],
  ["cancel_appointment", "zadie"],
  ["book_appointment", "zadie", { swap: other, keep: { appointment_id: "id" } }],
  ["refuse_appointment", "doctor"],
  ["remove_slots", "doctor"],
  // The day itself, with visits of the demo clinic that have begun.
  ["list_appointments", "desk", { swap: { '"upcoming"': '"past"' }, without: [...anybodys, ...changes], keep: booked }],
  ["arrive_appointment", "desk"],
  ["check_in_appointment", "desk"],
  ["complete_appointment", "admin"],
  ["no_show_appointment", "desk", { swap: { [id(7)]: "{{other_appointment_id}}" } }],

  ["list_messages", "admin", { keep: { message_id: "items.0.id" } }],
  ["get_message", "admin"],
  ["send_message_again", "admin"],
  ["invite", "admin", { keep: { account_id: "id" } }],
  ["deactivate_account", "admin"],
  ["activate_account", "admin"],

  logIn("zadie", zadie),
  ["list_sessions", "zadie", { keep: { session_id: "items.1.id" } }],
  ["end_session", "zadie"],
  ["change_my_email", "zadie"],
  ["resend_verification"],
  ["verify_email", "nobody", mailed],
  ["forgot_password"],
  ["reset_password", "nobody", mailed],
  ["change_password", "zadie"],
  ["close_my_account", "zadie"],
  ["end_all_sessions", "desk"],
];

/** The requests of a collection, by the id of the operation: its title is the id in words. */
function byOperation(items) {
  const requests = items.flatMap((item) => (item.item ? Object.entries(byOperation(item.item)) : [[item.name, item]]));
  return Object.fromEntries(requests.map(([name, item]) => [name.toLowerCase().replaceAll(" ", "_"), item]));
}

/** Runs in Postman after an answer. */
function afterAnswer({ refused, keep }) {
  const told = refused
    ? `pm.test("answers ${refused}", () => pm.expect(pm.response.json().code).to.equal("${refused}"));`
    : `pm.test("answers 2xx", () => pm.expect(pm.response.code, pm.response.text()).to.be.within(200, 299));`;
  const kept = Object.entries(keep ?? {}).map(([variable, place]) => {
    const member = place.split(".").map((name) => `[${JSON.stringify(name)}]`).join("");
    return `pm.collectionVariables.set("${variable}", pm.response.json()${member});`;
  });
  const etag = 'if (pm.response.headers.has("ETag")) pm.collectionVariables.set("etag", pm.response.headers.get("ETag"));';
  return [told, ...kept, etag];
}

/** A request as it is made in the story. */
function told(request, who = "nobody", step = {}) {
  const { swap = {}, without = [] } = step;
  const query = request.url.query.filter(({ key }) => key !== "cursor" && !without.includes(key));
  let text = JSON.stringify({ ...request, url: { ...request.url, query } });
  for (const [example, value] of Object.entries(swap)) text = text.replaceAll(example, value);
  for (const [example, variable] of filledIn) text = text.replaceAll(example, variable);
  return {
    name: `${request.name}${step.because ? ` (${step.because})` : ""}`,
    request: JSON.parse(text.replaceAll("{{bearerToken}}", `{{${who}_token}}`)),
    event: [{ listen: "test", script: { type: "text/javascript", exec: afterAnswer(step) } }],
  };
}

const options = { parametersResolution: "Example", folderStrategy: "Tags", enableOptionalParameters: true };
const conversion = await new Promise((resolve, reject) =>
  converter.convertV2({ type: "string", data: description }, options, (error, result) =>
    error || !result.result ? reject(error ?? result.reason) : resolve(result),
  ),
);
const collection = conversion.output[0].data;
const requests = byOperation(collection.item);
const operations = Object.values(JSON.parse(description).paths).flatMap((item) =>
  Object.values(item).map(({ operationId }) => operationId),
);
assert.deepEqual(new Set(story.map(([operation]) => operation)), new Set(operations), "the story has every operation");

collection.item = story.map(([operation, who, step]) => told(requests[operation].request, who, step));
collection.variable = Object.entries(variables).map(([key, value]) => ({ key, value }));
writeFileSync(collectionFile, JSON.stringify(collection, null, 2));

newman.run({ collection }, (error, summary) => {
  if (error) throw error;
  const { stats, failures } = summary.run;
  for (const { source, error: { message } } of failures) console.error(`postman: ${source?.name}: ${message}`);
  assert.equal(failures.length, 0);
  const refused = story.filter(([, , step]) => step?.refused).length;
  assert.equal(stats.requests.total, story.length);
  console.log(`postman: ${story.length} requests of ${operations.length} operations, ${story.length - refused} answer 2xx`);
});
