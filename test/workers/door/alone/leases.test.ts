// Leases over a scanner's socket and over HTTP, to a scanner that is cut off and a supervisor who gives up on it.

import { beforeEach, describe, expect, it } from "vitest";
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { newId } from "../../../../src/app/context.ts";
import { change } from "../../support/catalogue.ts";
import { type At, atGate, type Bought, buy, logOf, openEvening, verdictOf } from "../evening.ts";
import { openScanner, saidBy } from "../scanner-socket.ts";
import { scansOf } from "../stub.ts";
import { type Doors, openGate } from "../../support/doors.ts";
import { apiKey, ask, bodyOf, ISO, refusalOf } from "../../support/http.ts";

/** So many fit in: a lease of the first scanner that requests one is of two. */
const CAPACITY = 8;

let show: Doors;
let here: At;
let there: At & { readonly id: string };
let tickets: readonly Bought[];
beforeEach(async () => {
  show = await openEvening();
  const other = await openGate(show.tenant, show.venueId);
  [here, there] = [atGate(show), { ...atGate(other), id: other.device.id }];
  await change(show.tenant, `/v1/events/${show.eventId}`, { admission_capacity: CAPACITY });
  tickets = await Promise.all(Array.from({ length: CAPACITY + 1 }, () => buy(show, show.typeId)));
});

const pathOf = (rest: string) => `/v1/events/${show.eventId}/door/${rest}`;
const lease = (at: At, json: object = { returned: 0, calls: 0 }) =>
  ask("POST", pathOf("lease"), { token: at.token, json });
const leases = async () =>
  (await bodyOf(await ask("GET", pathOf("leases"), { token: show.tenant.token })))["data"] as object[];
const writeOff = (id: string, token = show.tenant.token, scan_id = newId("scn")) =>
  ask("POST", pathOf(`leases/${id}/write-off`), { token, json: { scan_id, reason: "its battery is empty" } });
const counts = async () => bodyOf(await ask("GET", `/v1/events/${show.eventId}/door`, { token: show.tenant.token }));
/** The tickets from `from` up to `to` come in at the first gate, one after the other. */
async function fill(from: number, to: number): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (const { code } of tickets.slice(from, to)) outcomes.push((await verdictOf(show, here, code))["verdict"]);
  return outcomes;
}

describe("[D12] a lease over the door's socket", () => {
  it("is granted, kept from others, drawn by its scanner, and sent again after an eviction", async () => {
    const scanner = await openScanner(show, there);
    scanner.send({ type: "lease", returned: 0, calls: 0 });
    expect(await scanner.until("lease")).toEqual({
      ...{ type: "lease", at: expect.stringMatching(ISO), granted: 2, drawn: 0, returned: 0, written_off: 0, calls: 0 },
    });
    expect(await fill(0, 5)).toEqual(Array(5).fill("admitted"));
    await evictDurableObject(env.EVENT_DOOR.getByName(show.eventId));
    expect(await fill(5, 7)).toEqual(["admitted", "venue_full"]);
    const drawn = await scanner.scan(tickets[6]?.code ?? "", { gate_id: there.gateId, from_lease: 1 });
    expect(drawn).toMatchObject({ scan: { verdict: "admitted", from_lease: 1, inside: 7 } });
    expect(await leases()).toEqual([
      {
        ...{ device_id: there.id, open: true, reserved: 1, called_back: true },
        ...{ granted: 2, drawn: 1, returned: 0, written_off: 0 },
      },
    ]);
  });

  it("is called back there for a refused guest, who is let in once the scanner has replied", async () => {
    const scanner = await openScanner(show, there);
    scanner.send({ type: "lease", returned: 0, calls: 0 });
    await scanner.until("lease");
    expect(await fill(0, 7)).toEqual([...Array<string>(6).fill("admitted"), "venue_full"]);
    const { calls } = await scanner.until("lease", (frame) => frame.calls > 0);
    await evictDurableObject(env.EVENT_DOOR.getByName(show.eventId));
    const before = scanner.of("lease").length;
    scanner.send({ type: "ack", scan_ids: [] });
    await scanner.until("lease", (frame) => scanner.of("lease").indexOf(frame) >= before && frame.calls === calls);
    scanner.send({ type: "lease", returned: 2, calls, wants: false });
    await expect.poll(leases).toMatchObject([{ open: false, reserved: 0, returned: 2, called_back: false }]);
    expect(await fill(6, 9)).toEqual(["admitted", "admitted", "venue_full"]);
    expect(await counts()).toMatchObject({ inside: CAPACITY });
  });

  it("of an offline scanner lets in as many as it has, and never more than fit in enter the event", async () => {
    const scanner = await openScanner(show, there);
    scanner.send({ type: "lease", returned: 0, calls: 0 });
    await scanner.until("lease");
    scanner.socket.close();
    expect(await fill(0, 7)).toEqual([...Array<string>(6).fill("admitted"), "venue_full"]);
    // The recall did not reach it, so after it reconnects it gets the recall first.
    const back = await openScanner(show, there);
    expect(await back.until("lease")).toMatchObject({ granted: 2, calls: 1 });
    back.socket.close();
    const alone = tickets.slice(7, 9).map(({ serial }, index) => ({
      ...{ scan_id: newId("scn"), serial, type_number: 1, generation: 1, direction: "in", source: "camera" },
      ...{
        gate_id: there.gateId,
        at: new Date().toISOString(),
        counter: index + 1,
        verdict: "admitted",
        from_lease: 1,
      },
    }));
    for (let time = 0; time < 2; time++)
      await bodyOf(await ask("POST", scansOf(show), { token: there.token, json: { uploads: alone } }));
    expect(await counts()).toMatchObject({ inside: CAPACITY });
    expect(await leases()).toMatchObject([{ reserved: 0, drawn: 2 }]);
    const conflicts = await bodyOf(await ask("GET", pathOf("conflicts"), { token: show.tenant.token }));
    expect(conflicts["data"]).toEqual([]);
  });

  it("is a device's: an organiser's socket is refused one, and what is malformed is an error", async () => {
    const { token } = await apiKey(show.tenant.organizationId, ["manage_ticketing_and_pricing"]);
    const organiser = await openScanner(show, { gateId: here.gateId, token });
    organiser.send({ type: "lease", returned: 0, calls: 0 });
    expect(await organiser.until("refused")).toEqual({ type: "refused", code: "forbidden" });
    organiser.send({ type: "lease", returned: -1, calls: 0 });
    expect(await organiser.until("error")).toMatchObject({ code: "malformed_message", path: "returned" });
    expect(saidBy(await organiser.scan(tickets[0]?.code ?? "", { from_lease: 1 }))).toBe("admitted");
    expect(await leases()).toEqual([]);
  });
});

describe("[D12] a lease over HTTP", () => {
  it("is the same lease, whichever way its scanner requests it", async () => {
    expect(await bodyOf(await lease(there))).toEqual({ granted: 2, drawn: 0, returned: 0, written_off: 0, calls: 0 });
    const scanner = await openScanner(show, there);
    scanner.send({ type: "lease", returned: 0, calls: 0 });
    expect(await scanner.until("lease")).toMatchObject({ granted: 2 });
    const drawn = await verdictOf(show, there, tickets[0]?.code ?? "", { from_lease: 1 });
    expect(drawn).toMatchObject({ verdict: "admitted", from_lease: 1 });
    expect(await verdictOf(show, here, tickets[1]?.code ?? "", { from_lease: 1 })).toMatchObject({ from_lease: 0 });
    expect(await leases()).toMatchObject([{ device_id: there.id, reserved: 1, drawn: 1 }]);
  });

  it("is written off by a supervisor alone, once, and its scanner gets the message", async () => {
    const scanner = await openScanner(show, there);
    scanner.send({ type: "lease", returned: 0, calls: 0 });
    await scanner.until("lease");
    expect((await writeOff(there.id, there.token)).status).toBe(403);
    expect(await refusalOf(await writeOff(newId("dev")))).toBe("404 not_found");
    const scan_id = newId("scn");
    const off = await bodyOf(await writeOff(there.id, show.tenant.token, scan_id));
    expect(off).toMatchObject({ device_id: there.id, open: false, reserved: 0, written_off: 2 });
    expect(await scanner.until("lease", (frame) => frame.written_off > 0)).toMatchObject({
      granted: 2,
      written_off: 2,
    });
    await bodyOf(await lease(there));
    expect(await bodyOf(await writeOff(there.id, show.tenant.token, scan_id)), "a repeat").toMatchObject({
      reserved: 2,
    });
    const rows = (await logOf(show)).filter(({ kind }) => kind === "lease");
    expect(rows.map(({ verdict, actor, reason }) => ({ verdict, actor, reason }))).toEqual([
      { verdict: "granted", actor: there.id, reason: null },
      { verdict: "written_off", actor: expect.stringMatching(/^(key|usr)_/), reason: "its battery is empty" },
      { verdict: "granted", actor: there.id, reason: null },
    ]);
  });
});
