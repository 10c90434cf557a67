// Many scanners and guests at one door at the same moment, over scanners' sockets.
// @module-tag slow

import { beforeEach, describe, expect, it } from "vitest";
import { env } from "cloudflare:workers";
import { signCode } from "../../../src/shared/ticket-keys.ts";
import { change } from "../support/catalogue.ts";
import { type At, atGate, buy, openEvening } from "./evening.ts";
import { openScanner, saidBy, type ScannerSocket } from "./scanner-socket.ts";
import { type Doors, openGate } from "../support/doors.ts";
import { ask, bodyOf } from "../support/http.ts";

let show: Doors;
beforeEach(async () => {
  show = await openEvening();
  // The event has its key from the first code that is shown.
  await buy(show, show.typeId);
});

/** A valid code of the event's only type, as if the ticket of this serial had been bought. */
const codeOf = (serial: number): Promise<string> =>
  signCode(env.TICKET_SECRET, show.eventId, { keyNumber: 1, typeNumber: 1, generation: 1, serial });
const counts = async () => bodyOf(await ask("GET", `/v1/events/${show.eventId}/door`, { token: show.tenant.token }));

type Scanner = { readonly at: At; readonly socket: ScannerSocket };
const scan = async ({ at, socket }: Scanner, code: string) => saidBy(await socket.scan(code, { gate_id: at.gateId }));
const open = async (at: At): Promise<Scanner> => ({ at, socket: await openScanner(show, at) });

async function openMany(count: number): Promise<Scanner[]> {
  const make = async (number: number): Promise<At> => {
    const json = { name: `Scanner ${number}`, gate_id: show.gateId };
    const made = await bodyOf(await ask("POST", "/v1/devices", { token: show.tenant.token, json }));
    return { gateId: show.gateId, token: String(made["secret"]) };
  };
  return Promise.all((await Promise.all(Array.from({ length: count }, (_, number) => make(number)))).map(open));
}

describe("[D11] [D23] 40 scanners with 200 guests", () => {
  it("at a place for 100 let in exactly 100", async () => {
    await change(show.tenant, `/v1/events/${show.eventId}`, { admission_capacity: 100 });
    const scanners = await openMany(40);
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async (_, guest) => {
        const scanner = scanners[guest % scanners.length];
        return scanner && scan(scanner, await codeOf(5_000 + guest));
      }),
    );
    const times = (verdict: string) => outcomes.filter((each) => each === verdict).length;
    expect([times("admitted"), times("venue_full")]).toEqual([100, 100]);
    expect(await counts()).toMatchObject({ inside: 100, admitted: 100 });
  });
});

describe("[D6] [D1] two gates that scan one ticket at the same moment", () => {
  it("let it in once, a thousand times", async () => {
    const [here, there] = [await open(atGate(show)), await open(atGate(await openGate(show.tenant, show.venueId)))];
    for (let serial = 1; serial <= 1_000; serial++) {
      const code = await codeOf(10_000 + serial);
      const pair = await Promise.all([scan(here, code), scan(there, code)]);
      expect(pair.sort()).toEqual(["admitted", "already_inside"]);
    }
    expect(await counts()).toMatchObject({ inside: 1_000, admitted: 1_000 });
  });
});
