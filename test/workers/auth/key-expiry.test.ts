// An API key that ends by itself (rule P2).

import { env } from "cloudflare:workers";
import { beforeEach, expect, it, vi } from "vitest";
import { readCredentialState } from "../../../src/db/credentials/credential-watch.ts";
import { openTenant } from "../support/catalogue.ts";
import { db, HOUR } from "../support/fixture.ts";
import { ask, bodyOf, refusalOf } from "../support/http.ts";
import { type SignedInMember, signedInAs } from "../support/auth/people.ts";

let owner: SignedInMember;
let now: number;
beforeEach(async () => {
  owner = await signedInAs((await openTenant()).organizationId, "owner");
  now = Date.now();
  vi.spyOn(Date, "now").mockImplementation(() => now);
});

const make = (expiresAt: number | null | undefined, key?: string) =>
  ask("POST", "/v1/api-keys", {
    token: owner.token,
    json: {
      name: "Key",
      permissions: ["view_orders"],
      ...(expiresAt === undefined ? {} : { expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString() }),
    },
    ...(key === undefined ? {} : { key }),
  });
const statusOf = async (token: string) => (await ask("GET", "/v1/orders", { token })).status;

it("[P2] is good to the last millisecond before its end and none after, also where it is remembered", async () => {
  const end = now + HOUR;
  const made = await bodyOf(await make(end));
  expect(made["expires_at"]).toBe(new Date(end).toISOString());
  const token = String(made["secret"]);
  now = end - 1;
  expect(await statusOf(token)).toBe(200);
  now = end;
  expect(await refusalOf(ask("GET", "/v1/orders", { token })), "remembered a millisecond ago").toBe(
    "401 unauthenticated",
  );
  now = end + HOUR;
  expect(await refusalOf(ask("GET", "/v1/orders", { token })), "asked of D1").toBe("401 unauthenticated");
});

it("[P2] [X3] is over at its end also while D1 fails", async () => {
  const token = String((await bodyOf(await make(now + 60_000)))["secret"]);
  expect(await statusOf(token)).toBe(200);
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(env.DB, "prepare").mockImplementation(() => {
    throw new Error("D1_ERROR: Network connection lost.");
  });
  now += 59_999;
  expect((await ask("GET", "/v1/me", { token })).status, "known, and its route asks D1").toBe(503);
  now += 1;
  expect(await refusalOf(ask("GET", "/v1/me", { token }))).toBe("401 unauthenticated");
});

it("[P2] [T5] is no longer valid for its sockets from then on, and says before when that will be", async () => {
  const { id } = (await bodyOf(await make(now + HOUR))) as { id: string };
  const asked = [{ kind: "api_key", id, organizationId: owner.organizationId }] as const;
  expect([...(await readCredentialState(db, asked, now + HOUR - 1)).entries()]).toMatchObject([
    [id, { endsAt: now + HOUR }],
  ]);
  expect((await readCredentialState(db, asked, now + HOUR)).size).toBe(0);
});

it("[P2] ends at a time to come, or never; a repeat of its request succeeds all the same", async () => {
  for (const past of [now, now - 1]) {
    const refused = await bodyOf(await make(past));
    expect(refused).toMatchObject({ status: 400, errors: [{ path: "/expires_at" }] });
  }
  for (const never of [null, undefined]) expect((await bodyOf(await make(never)))["expires_at"]).toBeNull();
  const end = now + 1;
  expect((await make(end, "k")).status).toBe(201);
  now = end;
  const again = await make(end, "k");
  expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([201, "true"]);
});
