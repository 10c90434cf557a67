// Scanners over their sockets at a door: the messages that they send, and the frames that all of them get.

import { beforeEach, describe, expect, it } from "vitest";
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { newId } from "../../../../src/app/context.ts";
import { must } from "../../../../src/domain/result.ts";
import { FRAME_INTERVAL_MS } from "../../../../src/sockets/conflation.ts";
import { change, move, newTicketType } from "../../support/catalogue.ts";
import { type At, type Bought, buy, logOf, openEvening, verdictOf } from "../evening.ts";
import { doorPath, knownBy, openScanner, openTwoGates, saidBy } from "../scanner-socket.ts";
import type { Doors } from "../../support/doors.ts";
import { insideDoor } from "../../support/object.ts";
import { DAY } from "../object-door.ts";
import { apiKey, ask, bodyOf, ISO, refusalOf, shopper } from "../../support/http.ts";

let show: Doors;
let here: At;
let there: At & { readonly id: string };
let ticket: Bought;
beforeEach(async () => {
  ({ show, here, there, ticket } = await openTwoGates());
});

const upgrade = (token?: string) =>
  ask("GET", doorPath(show), { headers: { Upgrade: "websocket" }, ...(token !== undefined && { token }) });
const openBoth = () => Promise.all([openScanner(show, here), openScanner(show, there)]);
const counts = async () => bodyOf(await ask("GET", doorPath(show), { token: show.tenant.token }));

describe("[D23] a scanner's socket", () => {
  it("[L3] begins with all that it shows, and replies to a scan as HTTP does", async () => {
    const notice = { text: "Gate 2 opens at eight" };
    const put = await ask("PUT", `/v1/events/${show.eventId}/desk/notice`, { token: show.tenant.token, json: notice });
    expect(put.status).toBe(200);
    const scanner = await openScanner(show, here);
    await scanner.until("snapshot");
    expect(scanner.frames).toHaveLength(1);
    expect(scanner.frames[0]).toEqual({
      ...{ type: "snapshot", at: expect.stringMatching(ISO), emptied_at: null },
      notice: { ...notice, version: 1, updated_at: expect.stringMatching(ISO) },
      terms: {
        version: expect.any(Number),
        event: { id: show.eventId, status: "published" },
        gates: expect.arrayContaining([
          { id: here.gateId, status: "open" },
          { id: there.gateId, status: "open" },
        ]),
      },
      door: {
        ...{ seq: 1, inside: 0, admitted: 0, capacity: { soft: 1_000, hard: 1_000 } },
        gates: expect.toSatisfy((gates: unknown[]) => gates.length === 2),
      },
    });
    const scan_id = newId("scn");
    const answer = await scanner.scan(ticket.code, { scan_id });
    const byHttp = await verdictOf(show, here, ticket.code, { scan_id });
    expect(answer).toEqual({ type: "verdict", scan_id, scan: byHttp });
    expect(byHttp).toMatchObject({ verdict: "admitted", let_in: true, persons: 1 });
  });

  it("[D4] counts a scan once, over whichever ways it comes, and refuses its id for another", async () => {
    const [one, other] = await openBoth();
    const scan_id = newId("scn");
    const sent = Array.from({ length: 25 }, () => [
      one.scan(ticket.code, { scan_id }).then(saidBy),
      verdictOf(show, here, ticket.code, { scan_id }).then(({ verdict }) => verdict),
    ]);
    expect(new Set(await Promise.all(sent.flat()))).toEqual(new Set(["admitted"]));
    await evictDurableObject(env.EVENT_DOOR.getByName(show.eventId));
    expect(saidBy(await one.scan(ticket.code, { scan_id }))).toBe("admitted");
    expect(saidBy(await one.scan(ticket.code, { scan_id, direction: "out" }))).toBe("scan_id_reused");
    expect((await logOf(show)).filter(({ kind }) => kind === "entry")).toHaveLength(1);
    expect(saidBy(await other.scan(ticket.code))).toBe("already_inside");
  });

  it("[D5] takes the word that a verdict has arrived, and without it gives the verdict again", async () => {
    const scanner = await openScanner(show, here);
    const [first, unacked] = [newId("scn"), await scanner.scan(ticket.code)];
    expect(unacked).toMatchObject({ scan: { verdict: "admitted", again: false } });
    const again = await scanner.scan(ticket.code, { scan_id: first });
    expect(again).toMatchObject({ scan_id: first, scan: { verdict: "admitted", again: true } });
    scanner.send({ type: "ack", scan_ids: [unacked.scan_id] });
    const repeat = await scanner.scan(ticket.code);
    expect(repeat).toMatchObject({ scan: { verdict: "repeat", let_in: false, scan_id: unacked.scan_id } });
  });

  it("[N3] takes a typed code, whose type it finds itself", async () => {
    const vip = await newTicketType(show.tenant, show.eventId, { admission: { gates: [there.gateId] } });
    const { typed } = await buy(show, vip);
    const [one, other] = await openBoth();
    expect(saidBy(await one.scan(typed, { source: "typed" }))).toBe("wrong_gate");
    expect(await other.scan(typed, { source: "typed" })).toMatchObject({ scan: { ticket_type_id: vip, let_in: true } });
  });

  it("[D21] is for who may scan there, at their own gate; to others the event has none", async () => {
    const reader = await apiKey(show.tenant.organizationId, ["view_read_only"]);
    expect((await upgrade(reader.token)).status).toBe(403);
    expect(await refusalOf(upgrade())).toBe("401 unauthenticated");
    expect((await upgrade((await shopper()).token)).status).toBe(403);
    const others = await openEvening();
    expect((await upgrade(others.device.token)).status).toBe(404);
    expect((await upgrade(others.tenant.token)).status).toBe(404);
    const scanner = await openScanner(show, here);
    expect(saidBy(await scanner.scan(ticket.code, { gate_id: there.gateId }))).toBe("forbidden");
    expect(saidBy(await scanner.scan(ticket.code, { gate_id: "no gate" }))).toBe("not_found");
    const organiser = await openScanner(show, { gateId: there.gateId, token: show.tenant.token });
    expect(saidBy(await organiser.scan(ticket.code))).toBe("admitted");
  });
});

describe("[D23] what is pushed to all scanners", () => {
  it("[L2] is each ticket as it is, and the counts, from row to row without a gap", async () => {
    const json = { entry: "reentry" };
    const type = await newTicketType(show.tenant, show.eventId, { admission: json });
    const twice = await buy(show, type);
    const [one, other] = await openBoth();
    const { door } = await other.until("snapshot");
    await one.scan(ticket.code);
    await one.scan(twice.code);
    await one.scan(twice.code, { direction: "out" });
    await ask("POST", `/v1/tickets/tkt_${ticket.order.slice(4)}01/block`, {
      ...{ token: show.tenant.token, json: { note: "Ask for the host's name" } },
    });
    await other.until("door", ({ seen }) => seen.some(({ blocked_since }) => blocked_since !== null));
    await other.until("door", ({ seen }) => seen.some(({ left_at }) => left_at !== null));
    const { to, tickets } = knownBy(other, door.seq);
    const after = await counts();
    expect(to).toBe(after["seq"]);
    expect(tickets.get(ticket.serial)).toEqual({
      ...{ serial: ticket.serial, generation: 1, inside: 1, entries: 1, entries_that_day: 1 },
      ...{ entered: { at: expect.stringMatching(ISO), gate_id: here.gateId }, left_at: null },
      ...{ last_at: expect.stringMatching(ISO), void_since: null, blocked_since: expect.stringMatching(ISO) },
    });
    expect(tickets.get(twice.serial)).toMatchObject({ inside: 0, entries: 1, left_at: expect.stringMatching(ISO) });
    const last = must(other.of("door").at(-1), "it was told");
    expect(last.door).toMatchObject({ inside: after["inside"], admitted: after["admitted"] });
    expect(other.texts.join(""), "a note may name somebody").not.toContain("host");
  });

  it("[L4] comes in at most ten frames a second, with every ticket in them", async () => {
    const [one, other] = await openBoth();
    const { door } = await other.until("snapshot");
    const bought = await Promise.all(Array.from({ length: 60 }, () => buy(show, show.typeId)));
    const begun = Date.now();
    await Promise.all(bought.map(({ code }) => one.scan(code)));
    const { seq } = await counts();
    await other.until("door", ({ to_seq }) => to_seq === seq);
    const slots = Math.ceil((Date.now() - begun) / FRAME_INTERVAL_MS) + 1;
    expect(other.of("door").length).toBeLessThanOrEqual(slots);
    const { tickets } = knownBy(other, door.seq);
    expect([...tickets.keys()].sort()).toEqual(bought.map(({ serial }) => serial).sort());
  });

  it("[D19] is what was found that is not as the rules say, once it is uploaded", async () => {
    const [one, other] = await openBoth();
    await one.scan(ticket.code);
    const upload = {
      ...{ scan_id: newId("scn"), serial: ticket.serial, type_number: 1, generation: 1, direction: "in" },
      ...{ source: "camera", gate_id: there.gateId, at: new Date().toISOString(), counter: 1, verdict: "admitted" },
    };
    const sent = await ask("POST", `/v1/events/${show.eventId}/scans`, {
      token: there.token,
      json: { uploads: [upload] },
    });
    expect(sent.status).toBe(200);
    const { conflicts } = await one.until("alert");
    const { data } = await bodyOf(await ask("GET", `${doorPath(show)}/conflicts`, { token: show.tenant.token }));
    const [listed] = data as Record<string, unknown>[];
    expect(conflicts).toHaveLength(1);
    expect(listed).toEqual({ ...conflicts[0], found_at: expect.stringMatching(ISO), gone_at: null, seen: null });
    expect(listed).toMatchObject({ kind: "double_entry", scan_id: upload.scan_id, serial: ticket.serial });
    await other.until("door", ({ seen }) =>
      seen.some(({ serial, entries }) => serial === ticket.serial && entries === 2),
    );
  });

  it("[D16] is also that a supervisor has emptied the place", async () => {
    const [scanner, other] = await openBoth();
    await scanner.scan(ticket.code);
    const json = { kind: "sweep", scan_id: newId("scn"), reason: "The hall is cleared" };
    await ask("POST", `${doorPath(show)}/counts`, { token: show.tenant.token, json });
    const { door, emptied_at } = await scanner.until("door", (frame) => frame.emptied_at !== null);
    expect([door.inside, emptied_at]).toEqual([0, expect.stringMatching(ISO)]);
    expect(saidBy(await other.scan(ticket.code))).toBe("used");
  });

  it("[D9] is the notice, which gates are open and the event's status, while the door takes uploads", async () => {
    const scanner = await openScanner(show, here);
    await scanner.until("snapshot");
    const { token } = show.tenant;
    await ask("PUT", `/v1/events/${show.eventId}/desk/notice`, { token, json: { text: "Slowly, please" } });
    expect((await scanner.until("notice")).notice).toMatchObject({ text: "Slowly, please" });
    const setGate = (status: string) => change(show.tenant, `/v1/gates/${there.gateId}`, { status });
    expect((await setGate("closed")).status).toBe(200);
    const { terms } = await scanner.until("terms", (frame) =>
      frame.terms.gates.some((gate) => gate.status === "closed"),
    );
    expect(terms.gates).toContainEqual({ id: there.gateId, status: "closed" });
    for (const step of ["start", "end", "archive"] as const) await move(show.tenant, show.eventId, step);
    await scanner.until("terms", (frame) => frame.terms.event.status === "archived");
    expect(saidBy(await scanner.scan(ticket.code)), "it is archived, and what happened is still taken").toBe(
      "event_over",
    );
  });

  it("[D9] [T5] ends once the door takes no more facts of the event, to the millisecond", async () => {
    const scanner = await openScanner(show, here);
    await scanner.until("snapshot");
    for (const step of ["start", "end", "archive"] as const) await move(show.tenant, show.eventId, step);
    await scanner.until("terms", (frame) => frame.terms.event.status === "archived");
    const due = await insideDoor(show.eventId, async (door) => {
      const { archivedAt, endTime } = must(door.ledger.book().terms, "it has some").rules;
      const ends = Math.max(archivedAt ?? 0, endTime + 7 * DAY);
      door.clock = () => ends - 1;
      await door.alarm();
      const dueBefore = door.scanners.dueAt();
      door.clock = () => ends;
      await door.alarm();
      return [dueBefore, ends];
    });
    expect(due[0], "the alarm comes for it").toBe(due[1]);
    expect(await scanner.closed).toMatchObject({ code: 4410 });
  });
});
