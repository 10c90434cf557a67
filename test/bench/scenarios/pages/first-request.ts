// Measures the first request of each kind in an isolate that has served only GET /healthz, and a later one: how far
// better-auth, which only sessions load, is from requests that do not need it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildBundle } from "../../../../src/cli/build/bundle.ts";
import { openBrowser } from "../../../support/server/browser.ts";
import { makeStateDir } from "../../../support/server/commands.ts";
import { startServer, type TestServer } from "../../../support/server/server.ts";
import type { Scenario } from "../../scenario.ts";

const LATER = 20;

type Request = (server: TestServer) => Promise<() => Promise<unknown>>;

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

/** What is prepared is prepared on a server of before, with the same data at the same address. */
const KINDS: Readonly<Record<string, Request>> = {
  "storefront: an event": async ({ baseUrl, demo }) => {
    return () => read(`${baseUrl}/v1/public/events/${demo.event_id}`);
  },
  "shopper: a hold": async ({ baseUrl, demo }) => {
    const { token } = (await (await fetch(`${baseUrl}/v1/shoppers`, { method: "POST" })).json()) as { token: string };
    return () =>
      read(`${baseUrl}/v1/ticket-types/${demo.ticket_type_ids[0]}/holds`, {
        method: "POST",
        headers: {
          ...bearer(token).headers,
          "Content-Type": "application/json",
          "Idempotency-Key": "one-and-the-same",
        },
        body: JSON.stringify({ quantity: 1 }),
      });
  },
  "device: who am I": async ({ baseUrl, demo }) => {
    return () => read(`${baseUrl}/v1/me`, bearer(demo.device_token));
  },
  "key: events": async ({ baseUrl, demo }) => {
    return () => read(`${baseUrl}/v1/events`, bearer(demo.api_keys.owner));
  },
  "account: who is signed in": async ({ baseUrl }) => {
    return () => read(`${baseUrl}/api/auth/get-session`);
  },
  "session: events": async ({ baseUrl, demo }) => {
    const browser = openBrowser(baseUrl);
    await browser.ask("POST", "/api/auth/sign-in/email", demo.owner);
    return async () => {
      const { status } = await browser.ask("GET", "/v1/events");
      if (status !== 200) throw new Error(`events answered ${status}`);
    };
  },
};

export const firstRequest: Scenario = {
  name: "first-request",
  describe: "the first request of each kind, and a later one",
  async run({ rounds }) {
    const bundle = mkdtempSync(join(tmpdir(), "voelgoed-cold-"));
    const fault = await buildBundle(bundle);
    if (fault !== null) throw new Error(fault);
    const rows: string[][] = [];
    const figures: Record<string, number> = {};
    for (const [name, kind] of Object.entries(KINDS)) {
      const measured = [];
      for (let round = 0; round < rounds; round++) measured.push(await measure(kind, bundle));
      const [first, later] = [median(measured.map((each) => each.first)), median(measured.map((each) => each.later))];
      rows.push([name, first.toFixed(1), later.toFixed(1)]);
      Object.assign(figures, { [`${name}, first ms`]: first, [`${name}, later ms`]: later });
    }
    rmSync(bundle, { recursive: true, force: true });
    const tables = [{ head: ["kind", "first, ms", "later, ms"], rows }];
    return { tables, figures, notes: ["Medians over fresh servers; each first one opens its connection too."] };
  },
};

async function measure(kind: Request, bundle: string): Promise<{ first: number; later: number }> {
  const stateDir = makeStateDir();
  const env = { SERVE_BUNDLE: bundle, RATE_LIMITS: "off" };
  const before = await startServer({ stateDir, env });
  const request = await kind(before);
  await before.stop();
  const server = await startServer({ stateDir, env, port: before.port });
  const first = await timed(request);
  const later = [];
  for (let n = 0; n < LATER; n++) later.push(await timed(request));
  await server.stop();
  rmSync(stateDir, { recursive: true, force: true });
  return { first, later: median(later) };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function read(url: string, init?: RequestInit): Promise<void> {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  await answer.arrayBuffer();
}

function median(all: readonly number[]): number {
  const sorted = [...all].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
