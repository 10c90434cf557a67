// The bundle over HTTP: who gets it, the response when nothing has changed, and that it names nobody.

import { beforeEach, describe, expect, it } from "vitest";
import { newId } from "../../../../src/app/context.ts";
import { readBundle } from "../../../../src/domain/door/tickets/bundle-read.ts";
import { parseSerial } from "../../../../src/domain/door/tickets/serial.ts";
import { must } from "../../../../src/domain/result.ts";
import { newTicketType } from "../../support/catalogue.ts";
import { type At, atGate, type Bought, buy, openEvening, verdictOf } from "../evening.ts";
import { type Doors, openGate } from "../../support/doors.ts";
import { apiKey, ask, bodyOf, refusalOf } from "../../support/http.ts";

let show: Doors;
let here: At;
let ticket: Bought;
beforeEach(async () => {
  show = await openEvening();
  here = atGate(show);
  ticket = await buy(show, show.typeId);
});

const bundlePath = ({ eventId }: Pick<Doors, "eventId">, query = "") => `/v1/events/${eventId}/door/bundle${query}`;
const get = (query = "", more: object = {}) => ask("GET", bundlePath(show, query), { token: here.token, ...more });
const serialOf = ({ serial }: Bought) => must(parseSerial(serial), "it was shown");

async function readFrom(answer: Response) {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const read = readBundle(bytes);
  if (!read.ok) throw new Error(`${answer.status}: ${read.refusal}`);
  return { bundle: read.value, bytes, tag: must(answer.headers.get("ETag"), "it has one") };
}

describe("[D17] [D18] a bundle of an evening", () => {
  it("has what a device at a gate needs to decide alone, in bytes, and says of what came since just that", async () => {
    const again = await buy(
      show,
      await newTicketType(show.tenant, show.eventId, { admission: { entry: "reentry", gap_minutes: 5 } }),
    );
    const admitted = await verdictOf(show, here, ticket.code);
    const answer = await get();
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toBe("application/octet-stream");
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    const first = await readFrom(answer);
    expect(first.bundle.terms).toMatchObject({ eventId: show.eventId, keys: [{ n: 1, status: "active" }] });
    expect(first.bundle.counts).toMatchObject({ inside: 1, admitted: 1 });
    expect([...first.bundle.tickets]).toMatchObject([
      [serialOf(ticket), { isCoarse: true, state: { inside: 1, lastEntry: { gateId: here.gateId } } }],
    ]);
    const readmitted = await verdictOf(show, here, again.code);
    const since = await readFrom(await get(`?since_seq=${first.bundle.seq}`));
    expect(since.bundle.since).toBe(first.bundle.seq);
    const at = Date.parse(String(readmitted["at"]));
    expect([...since.bundle.tickets]).toMatchObject([
      [serialOf(again), { isCoarse: false, state: { inside: 1, lastEntry: { at, gateId: here.gateId } } }],
    ]);
    expect(admitted["verdict"]).toBe("admitted");
  });

  it("is 304 for a scanner that has it, with or without since_seq, until a row or the rules are newer", async () => {
    await verdictOf(show, here, ticket.code);
    const { tag, bundle } = await readFrom(await get());
    for (const has of [tag, `W/${tag}`, `"x", ${tag}`])
      for (const query of ["", `?since_seq=${bundle.seq}`]) {
        const same = await get(query, { headers: { "If-None-Match": has } });
        expect([same.status, same.headers.get("ETag"), await same.text()]).toEqual([304, tag, ""]);
      }
    expect((await get("", { headers: { "If-None-Match": '"x"' } })).status).toBe(200);
    await verdictOf(show, here, ticket.code, { direction: "out" });
    const headers = { "If-None-Match": tag };
    expect((await get(`?since_seq=${bundle.seq}`, { headers })).status).toBe(200);
  });

  it("[N6] has no code, scan, token or name of a person in it, and of a note only the text for the gate", async () => {
    const { token } = show.tenant;
    const scanned = await verdictOf(show, here, ticket.code);
    const path = `/v1/tickets/tkt_${ticket.order.slice(4)}01/block`;
    const json = { note: "reported stolen" };
    expect((await ask("POST", path, { token, key: "block", json })).status).toBe(200);
    const { bytes, bundle } = await readFrom(await get());
    expect(bundle.tickets.get(serialOf(ticket))?.state.blocked?.note).toBe("reported stolen");
    const text = new TextDecoder("latin1").decode(bytes);
    const told = [ticket.code, ticket.typed, ticket.order, show.device.id, here.token, String(scanned["scan_id"])];
    for (const secret of [...told, token, show.tenant.actor.id]) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/VG1|vgd_|@example/);
  });
});

describe("[D21] [T3] who gets a bundle", () => {
  it("is who may scan there: no other organisation or its devices, and no key of its own that may not", async () => {
    const stranger = await openEvening();
    for (const token of [stranger.tenant.token, stranger.device.token])
      for (const eventId of [show.eventId, newId("evt")])
        expect(await refusalOf(ask("GET", bundlePath({ eventId }), { token }))).toBe("404 not_found");
    for (const granted of [["perform_scans"], ["view_orders"], ["view_read_only"]] as const) {
      const { token } = await apiKey(show.tenant.organizationId, granted);
      expect(await refusalOf(ask("GET", bundlePath(show), { token }))).toBe("403 forbidden");
    }
    const other = await openGate(show.tenant, show.venueId);
    for (const token of [other.device.token, show.tenant.token])
      expect((await ask("GET", bundlePath(show), { token })).status).toBe(200);
  });

  it.each(["?since_seq=-1", "?since_seq=1.5", "?since_seq=x", "?since=1"])(
    "does not call the door with %s",
    async (query) => {
      const answer = await get(query);
      expect(answer.status).toBe(400);
      expect(await bodyOf(answer)).toMatchObject({ code: "invalid_request" });
    },
  );
});
