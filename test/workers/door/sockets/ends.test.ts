// Scanners' sockets at a door that go wrong: wrong messages, lost rights, evictions, and others that are away.

import { beforeEach, describe, expect, it } from "vitest";
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { newId } from "../../../../src/app/context.ts";
import { listFollowedEvents } from "../../../../src/db/events/feed.ts";
import { KEPT_AFTER_END_MS } from "../../../../src/domain/events/event.ts";
import { must } from "../../../../src/domain/result.ts";
import { move } from "../../support/catalogue.ts";
import { type At, type Bought, buy } from "../evening.ts";
import { doorPath, knownBy, openScanner, openTwoGates, saidBy } from "../scanner-socket.ts";
import type { Doors } from "../../support/doors.ts";
import { db } from "../../support/fixture.ts";
import { insideDoor } from "../../support/object.ts";
import { ask, bodyOf } from "../../support/http.ts";
import { viewerOn } from "../../support/socket.ts";

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

describe("[D23] a socket that goes wrong", () => {
  it("[L6] gets what was wrong with a message, and closed at the tenth; a newer message is no error", async () => {
    const scanner = await openScanner(show, here);
    for (let n = 0; n < 12; n++) scanner.send({ type: "lease_report", of: "a newer scanner" });
    const scan_id = newId("scn");
    scanner.send({ type: "scan", scan_id, code: ticket.code, direction: "in", source: "ear", gate_id: here.gateId });
    expect(await scanner.until("error", (frame) => "path" in frame)).toEqual({
      ...{ type: "error", code: "malformed_message", path: "source", scan_id },
    });
    scanner.send({ type: "ack", scan_ids: ["not one"] });
    await scanner.until("error", (frame) => "path" in frame && frame.path === "scan_ids");
    for (let n = 0; n < 7; n++) scanner.socket.send("no JSON");
    expect(saidBy(await scanner.scan(ticket.code)), "it stands at the ninth, which are forgotten").toBe("admitted");
    for (let n = 0; n < 9; n++) scanner.socket.send("[]");
    expect(saidBy(await scanner.scan(ticket.code))).toBe("admitted");
    for (let n = 0; n < 10; n++) scanner.socket.send("[]");
    expect(await scanner.closed).toMatchObject({ code: 4400 });
  });

  it("[L6] is closed for a frame that is too large, to the byte", async () => {
    const [one, other] = await openBoth();
    const message = JSON.stringify({ type: "ack", scan_ids: [] });
    one.socket.send(message.padEnd(8_192, " "));
    expect(saidBy(await one.scan(ticket.code))).toBe("admitted");
    other.socket.send(message.padEnd(8_193, " "));
    expect(await other.closed).toMatchObject({ code: 1009 });
  });

  it("[T5] [P2] is closed when its device is revoked, and admits nobody after", async () => {
    const [one, other] = await openBoth();
    const revoked = await ask("DELETE", `/v1/devices/${there.id}`, { token: show.tenant.token });
    expect(revoked.status).toBe(204);
    expect(await other.closed).toMatchObject({ code: 4401 });
    expect(saidBy(await one.scan(ticket.code))).toBe("admitted");
    const late = await upgrade(there.token);
    if (late.status === 101) expect(await viewerOn(late).closed).toMatchObject({ code: 4401 });
    else expect(late.status).toBe(401);
  });

  it("[X3] opens also where the desk never replies, without the supervisor's notice", async () => {
    await insideDoor(show.eventId, (door) => {
      door.ports = { ...door.ports, readNotice: () => new Promise(() => undefined) };
    });
    const scanner = await openScanner(show, here);
    expect(await scanner.until("snapshot")).not.toHaveProperty("notice");
    expect(saidBy(await scanner.scan(ticket.code))).toBe("admitted");
  });

  it("begins with the supervisor's notice that the door has, though the desk's own reply is older", async () => {
    const notice = { text: "Slowly, please", version: 2, updated_at: new Date().toISOString() };
    await insideDoor(show.eventId, (door) => {
      door.scanners.notice(notice);
      door.ports = { ...door.ports, readNotice: () => Promise.resolve({ ...notice, text: "Older", version: 1 }) };
    });
    expect(await (await openScanner(show, here)).until("snapshot")).toMatchObject({ notice });
  });

  it("[T5] [P2] that was closed scans nothing any more, whether or not its other end has replied", async () => {
    await openScanner(show, here);
    const message = { type: "scan", scan_id: newId("scn"), code: ticket.code, direction: "in", source: "camera" };
    const scanned = await insideDoor(show.eventId, async (door, state) => {
      const [socket] = state.getWebSockets();
      const before = door.ledger.book().head.seq;
      socket?.close(4401, "the credential is revoked");
      await door.scanners.message(must(socket, "it is open"), JSON.stringify({ ...message, gate_id: here.gateId }));
      return door.ledger.book().head.seq - before;
    });
    expect(scanned).toBe(0);
  });

  it("[T5] [D9] is closed also when its device is revoked in the week after the event was archived", async () => {
    const scanner = await openScanner(show, there);
    for (const step of ["start", "end", "archive"] as const) await move(show.tenant, show.eventId, step);
    await scanner.until("terms", (frame) => frame.terms.event.status === "archived");
    // The door must not wait for the check that follows new terms: it gets a call about the revocation itself.
    const ends = await insideDoor(show.eventId, (door) => must(door.ledger.book().terms, "it has some").rules.endTime);
    const followedAt = (now: number) => listFollowedEvents(db, { organizationId: show.tenant.organizationId }, now, 9);
    expect(await followedAt(ends + KEPT_AFTER_END_MS - 1)).toEqual([show.eventId]);
    expect(await followedAt(ends + KEPT_AFTER_END_MS)).toEqual([]);
    await ask("DELETE", `/v1/devices/${there.id}`, { token: show.tenant.token });
    expect(await scanner.closed).toMatchObject({ code: 4401 });
  });

  it("[N3] makes no query for the type of a typed code that its scanner may try no more", async () => {
    let queries = 0;
    await insideDoor(show.eventId, (door) => {
      door.ports = {
        ...door.ports,
        typeOf: () => Promise.resolve((queries += 1)).then(() => ({ ok: true, value: null })),
      };
    });
    const scanner = await openScanner(show, here);
    const wrong = `${ticket.serial}0000`;
    const replies = await Promise.all(
      Array.from({ length: 9 }, () => scanner.scan(wrong, { source: "typed" }).then(saidBy)),
    );
    for (let n = 9; n < 31; n++) replies.push(saidBy(await scanner.scan(wrong, { source: "typed" })));
    expect(replies.filter((each) => each === "rate_limited").length).toBeGreaterThan(0);
    expect(queries).toBe(30);
  });

  it("[L3] survives an eviction of its door, and sees by the position whether it has missed something", async () => {
    const [one, other] = await openBoth();
    await one.scan(ticket.code);
    const { seq } = await counts();
    await other.until("door", ({ to_seq }) => to_seq === seq);
    expect(saidBy(await other.scan(ticket.code)), "a refusal is nothing that was missed").toBe("already_inside");
    await evictDurableObject(env.EVENT_DOOR.getByName(show.eventId));
    const next = await buy(show, show.typeId);
    expect(saidBy(await one.scan(next.code))).toBe("admitted");
    await other.until("door", (frame) => frame.from_seq === seq && frame.to_seq === seq && frame.seen.length === 0);
    await other.until("door", ({ seen }) => seen.some(({ serial }) => serial === next.serial));
    expect(knownBy(other, Number(seq)).tickets.get(next.serial)).toMatchObject({ inside: 1 });
    expect(other.of("error")).toEqual([]);
  });
});
