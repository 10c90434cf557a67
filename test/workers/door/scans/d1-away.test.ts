// Scans while D1 is away, and of a device that was revoked (rules D2, P2, X3): what is between a guest and D1.

import { env } from "cloudflare:workers";
import { beforeEach, expect, it, vi } from "vitest";
import { CREDENTIAL_CACHE_MS, CREDENTIAL_FALLBACK_MS } from "../../../../src/auth/credential-cache.ts";
import { atGate, type At, buy, type Bought, openEvening, scanTicket, verdictOf } from "../evening.ts";
import { openScanner, saidBy } from "../scanner-socket.ts";
import type { Doors } from "../../support/doors.ts";

let show: Doors;
let here: At;
let tickets: Bought[];
let start: number;

beforeEach(async () => {
  show = await openEvening();
  here = atGate(show);
  tickets = [];
  for (let n = 0; n < 3; n += 1) tickets.push(await buy(show, show.typeId));
  start = Date.now();
  vi.spyOn(Date, "now").mockReturnValue(start);
  expect(await verdictOf(show, here, codeOf(0))).toMatchObject({ verdict: "admitted" });
});

const codeOf = (n: number) => tickets[n]?.code ?? "";
const timeIs = (sinceStart: number) => vi.spyOn(Date, "now").mockReturnValue(start + sinceStart);
function takeD1Away(): void {
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(env.DB, "prepare").mockImplementation(() => {
    throw new Error("D1_ERROR: Network connection lost.");
  });
}

it("[D2] [X3] scans of a device in the isolate's cache pass for 15 minutes, on a socket until it closes", async () => {
  const scanner = await openScanner(show, here);
  await scanner.until("snapshot");
  takeD1Away();
  timeIs(CREDENTIAL_FALLBACK_MS - 1);
  expect(await verdictOf(show, here, codeOf(1))).toMatchObject({ verdict: "admitted" });
  timeIs(CREDENTIAL_FALLBACK_MS);
  expect((await scanTicket(show, here, codeOf(2))).status).toBe(503);
  expect(saidBy(await scanner.scan(codeOf(2)))).toBe("admitted");
});

it("[P2] [D2] of a device that was revoked are refused within 5 s, whatever the isolate remembers of it", async () => {
  await env.DB.prepare("UPDATE devices SET revoked_at = 1 WHERE id = ?").bind(show.device.id).run();
  timeIs(CREDENTIAL_CACHE_MS - 1);
  expect(await verdictOf(show, here, codeOf(1))).toMatchObject({ verdict: "admitted" });
  timeIs(CREDENTIAL_CACHE_MS);
  expect((await scanTicket(show, here, codeOf(2))).status).toBe(401);
});
