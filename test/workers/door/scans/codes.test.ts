// What is presented at a door over HTTP and is no ticket of its event, typed codes, and the door's log of it all.

import { beforeAll, describe, expect, it } from "vitest";
import { ALPHABET } from "../../../../src/domain/ids.ts";
import { created, eventBody, move, newTicketType } from "../../support/catalogue.ts";
import { atGate, type Bought, buy, logOf, openEvening, scanTicket, verdictOf } from "../evening.ts";
import { scansOf } from "../stub.ts";
import { type Doors, openGate } from "../../support/doors.ts";
import { ask, bodyOf, refusalOf } from "../../support/http.ts";

let show: Doors;
beforeAll(async () => {
  show = await openEvening();
});

/** Another published event at the same venue, and a ticket of it. */
async function ticketOfAnother(): Promise<Bought & { eventId: string }> {
  const { token } = show.tenant;
  const eventId = await created("/v1/events", token, eventBody(show.venueId));
  const typeId = await newTicketType(show.tenant, eventId);
  await move(show.tenant, eventId, "publish");
  return { ...(await buy(show, typeId)), eventId };
}

describe("[N4] a code that was changed", () => {
  it("in any one of its 131 characters lets nobody in, and is no fault of ours", async () => {
    const { code } = await buy(show, show.typeId);
    const letters = ALPHABET.toUpperCase();
    const changed = [...code].map((letter, at) => {
      const other = letters[(letters.indexOf(letter) + 1 + (at % 30)) % 32];
      return code.slice(0, at) + String(other === letter ? "0" : other) + code.slice(at + 1);
    });
    expect(new Set([code, ...changed]).size).toBe(132);
    const told = new Map<unknown, number>();
    for (const each of changed) {
      const { verdict, let_in } = await verdictOf(show, atGate(show), each);
      expect(let_in, each).toBe(false);
      told.set(verdict, (told.get(verdict) ?? 0) + 1);
    }
    expect([...told.keys()].sort()).toEqual(["forged", "unknown_key", "unreadable"]);
    expect(told.get("forged")).toBeGreaterThan(100);
    expect(await verdictOf(show, atGate(show), code)).toMatchObject({ verdict: "admitted" });
  });

  it.each(["", " ", "VG1", "nonsense", "\u{1f39f}", "x".repeat(1_000), "https://tickets.example/t"])(
    "is %j",
    async (code) => {
      for (const source of ["camera", "reader", "typed"]) {
        const read = await verdictOf(show, atGate(show), code, { source });
        expect(read).toMatchObject({ verdict: "unreadable", let_in: false, serial: null, ticket_type_id: null });
      }
    },
  );

  it("[N4] is read with what a reader puts before and into it, in any case", async () => {
    const { code } = await buy(show, show.typeId);
    const delivered = `]Q1\\000026 ${code.slice(0, 40).toLowerCase()}\n${code.slice(40)} `;
    expect(await verdictOf(show, atGate(show), delivered, { source: "reader" })).toMatchObject({ verdict: "admitted" });
  });
});

describe("[D6] a ticket of another event", () => {
  it("of another organisation is no ticket here, and says nothing of its event", async () => {
    const other = await openEvening();
    const theirs = await buy(other, other.typeId);
    const read = await verdictOf(show, atGate(show), theirs.code);
    expect(read).toMatchObject({ verdict: "unknown_key", let_in: false, ticket_type_id: null });
    expect(read).not.toHaveProperty("event");
  });
});

describe("[N3] [D3] a typed code", () => {
  const typed = { source: "typed" };

  it("is judged by its ticket's own rules: a VIP is let in at the VIP's gate alone", async () => {
    const gate = await openGate(show.tenant, show.venueId);
    const admission = { gates: [gate.gateId], entry: "reentry", admits: 2 };
    const typeId = await newTicketType(show.tenant, show.eventId, { admission });
    const vip = await buy(show, typeId);
    const elsewhere = await verdictOf(show, atGate(show), vip.typed, typed);
    expect(elsewhere).toMatchObject({ verdict: "wrong_gate", gates: [gate.gateId], ticket_type_id: typeId });
    const own = await verdictOf(show, atGate(gate), vip.typed.toLowerCase(), typed);
    expect(own).toMatchObject({ verdict: "admitted", persons: 2, ticket_type_id: typeId, serial: vip.serial });
    expect(await verdictOf(show, atGate(show), vip.code)).toMatchObject({ verdict: "wrong_gate" });
  });

  it("of another event lets nobody in, of one's own organisation or of another, though it is a right one", async () => {
    const other = await openEvening();
    for (const { typed: code } of [await ticketOfAnother(), await buy(other, other.typeId)]) {
      const read = await verdictOf(show, atGate(show), code, typed);
      expect(read).toMatchObject({ verdict: "forged", let_in: false });
    }
  });

  it("whose check is wrong is forged, and after ten of them within an hour nobody may type that serial", async () => {
    const bought = await buy(show, show.typeId);
    const wrong = bought.typed.slice(0, -1) + (bought.typed.endsWith("0") ? "1" : "0");
    const gate = atGate(await openGate(show.tenant, show.venueId));
    for (let n = 0; n < 10; n++)
      expect(await verdictOf(show, gate, wrong, typed)).toMatchObject({ verdict: "forged", serial: bought.serial });
    const limited = await scanTicket(show, gate, bought.typed, typed);
    expect(Number(limited.headers.get("Retry-After"))).toBeGreaterThan(3_000);
    expect(await refusalOf(limited)).toBe("429 rate_limited");
    expect(await verdictOf(show, gate, bought.code)).toMatchObject({ verdict: "admitted" });
  });

  it("is none where a camera or a reader says that it read it", async () => {
    const { typed: code } = await buy(show, show.typeId);
    for (const source of ["camera", "reader"])
      expect(await verdictOf(show, atGate(show), code, { source })).toMatchObject({ verdict: "unreadable" });
  });
});

describe("[D9] the hours of a door", () => {
  it("begin for those who come in when the doors open, and say when", async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const early = await openEvening({ doors_open: later });
    const { code } = await buy(early, early.typeId);
    const read = await verdictOf(early, atGate(early), code);
    expect(read).toMatchObject({ verdict: "not_open_yet", let_in: false, opens_at: later });
    const out = await verdictOf(early, atGate(early), code, { direction: "out" });
    expect(out).toMatchObject({ verdict: "exit_unmatched" });
  });
});

describe("[D1] the log of a door", () => {
  it("has a row a scan, in a chain, filtered and page by page in the order of seq, and no code", async () => {
    const here = await openEvening();
    const gate = await openGate(here.tenant, here.venueId);
    const tickets = [await buy(here, here.typeId), await buy(here, here.typeId)];
    for (const { code } of tickets) for (const at of [atGate(here), atGate(gate)]) await verdictOf(here, at, code);
    await verdictOf(here, { ...atGate(here), token: here.tenant.token }, "nonsense");
    const rows = await logOf(here);
    const scanned = rows.filter(({ kind }) => kind === "entry");
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
    expect(scanned.map(({ verdict }) => verdict)).toEqual([
      ...["admitted", "already_inside", "admitted", "already_inside", "unreadable"],
    ]);
    expect(scanned.map(({ inside }) => inside)).toEqual([1, 1, 2, 2, 2]);
    expect(scanned[1]?.["facts"]).toMatchObject({ entered: { gate_id: here.gateId, device_id: here.device.id } });
    for (const { code, typed } of tickets) {
      expect(JSON.stringify(rows)).not.toContain(code);
      expect(JSON.stringify(rows)).not.toContain(typed);
    }
    const count = async (query: string) => (await logOf(here, query)).length;
    expect(await count("&verdict=admitted")).toBe(2);
    expect([await count("&decided=door"), await count("&decided=alone")]).toEqual([scanned.length, 0]);
    expect(await count(`&gate_id=${gate.gateId}`)).toBe(2);
    expect(await count(`&device_id=${here.tenant.actor.id}`)).toBe(1);
    expect(await count(`&device_id=${here.device.id}&verdict=already_inside`)).toBe(0);
    expect(await count(`&after_seq=${rows.length - 1}`)).toBe(1);
    const paged: unknown[] = [];
    let cursor = "";
    do {
      const path = `${scansOf(here)}?limit=2${cursor && `&cursor=${cursor}`}`;
      const page = await bodyOf(await ask("GET", path, { token: here.tenant.token }));
      paged.push(...(page["data"] as unknown[]));
      cursor = String(page["next_cursor"] ?? "");
    } while (cursor !== "");
    expect(paged).toEqual(rows);
  });
});
