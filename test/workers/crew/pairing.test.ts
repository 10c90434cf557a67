// How a phone becomes a device by a crew code (rule D22): once, and never more of them than the code has uses.

import { env } from "cloudflare:workers";
import { count, eq } from "drizzle-orm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { hashSecret } from "../../../src/auth/secrets.ts";
import { devices } from "../../../src/db/schema/credentials.ts";
import { type CrewCodeId, parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { auditOf, suspend } from "../support/catalogue.ts";
import { type Code, codesOf, DAY, meOf, newCode, pair, reasonOf, redeem } from "./crew.ts";
import { type Doors, openDoors } from "../support/doors.ts";
import { db } from "../support/fixture.ts";
import { ask, bodyOf, refusalOf } from "../support/http.ts";

let doors: Doors;
beforeEach(async () => {
  doors = await openDoors();
});

const idOf = ({ id }: Code): CrewCodeId => must(parseId("crew", id), "it was made");
async function pairedBy(code: Code): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(devices)
    .where(eq(devices.crew_code_id, idOf(code)));
  return row?.n ?? 0;
}
const leftOf = async (code: Code) => {
  const answer = await ask("GET", codesOf(doors), { token: doors.tenant.token });
  const { data } = (await bodyOf(answer)) as { data: { id: string; uses_left: number }[] };
  return data.find(({ id }) => id === code.id)?.uses_left;
};
const endOfCode = (code: Code) => ask("DELETE", `${codesOf(doors)}/${code.id}`, { token: doors.tenant.token });

describe("a phone that redeems a crew code", () => {
  it("[D22] [T6] becomes a device of this event until 7 days after its end, and its own witness", async () => {
    const code = await newCode(doors, { uses: 2 });
    const answer = await redeem(code.secret, newId("pair"), "  Phone at the north gate ");
    expect(answer.status).toBe(201);
    const { secret, ...shown } = await bodyOf(answer);
    const token = String(secret);
    expect(token).toMatch(/^vgd_[A-Za-z0-9_-]{43}$/);
    const { end_time } = await bodyOf(await ask("GET", `/v1/events/${doors.eventId}`, { token }));
    expect(shown).toMatchObject({
      ...{ organization_id: doors.tenant.organizationId, gate_id: null, event_id: doors.eventId },
      ...{ crew_code_id: code.id, name: "Phone at the north gate", revoked_at: null },
      expires_at: new Date(Date.parse(String(end_time)) + 7 * DAY).toISOString(),
    });
    const id = String(shown["id"]);
    expect(await bodyOf(await ask("GET", "/v1/me", { token }))).toMatchObject({ kind: "device", id, gate_id: null });
    const changes = { name: "Phone at the north gate", gate_id: null, event_id: doors.eventId, crew_code_id: code.id };
    expect(await auditOf(doors.tenant, id)).toMatchObject([
      { action: "device.pair", actor_kind: "device", actor_id: id, changes },
    ]);
    expect(await leftOf(code)).toBe(1);
    const stored = await env.DB.prepare("SELECT * FROM devices WHERE id = ?").bind(id).all();
    expect(JSON.stringify(stored.results)).not.toContain(token.slice(4));
  });

  it("[D22] is at the code's gate, where it has one", async () => {
    const code = await newCode(doors, { uses: 1, gate_id: doors.gateId });
    const paired = await bodyOf(await redeem(code.secret));
    expect(paired).toMatchObject({ gate_id: doors.gateId, event_id: doors.eventId });
    expect(await bodyOf(await ask("GET", "/v1/me", { token: String(paired["secret"]) }))).toMatchObject({
      gate_id: doors.gateId,
    });
  });

  it("[D22] and lost the response gets the same device and token again, also of a used or ended code", async () => {
    const code = await newCode(doors, { uses: 1 });
    const first = await pair(code);
    const again = async () => {
      const answer = await redeem(code.secret, first.pairingId, "Another name");
      expect([answer.status, answer.headers.get("Idempotency-Replayed")]).toEqual([201, "true"]);
      expect(await bodyOf(answer)).toMatchObject({ id: first.id, secret: first.token, name: "A phone" });
    };
    await again();
    expect(await reasonOf(redeem(code.secret))).toBe("409 crew_code_refused used_up");
    expect((await endOfCode(code)).status).toBe(204);
    await again();
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 2 * DAY);
    await again();
    expect(await pairedBy(code)).toBe(1);
  });

  it("[D22] at once 50 times by one pairing id is one device", async () => {
    const code = await newCode(doors, { uses: 200 });
    const pairingId = newId("pair");
    const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(code.secret, pairingId)));
    const told = await Promise.all(answers.map(async (each) => (await bodyOf(each))["secret"]));
    expect([new Set(told).size, await pairedBy(code)]).toEqual([1, 1]);
    expect(await meOf(String(told[0]))).toBe(200);
  });

  it("[D22] has a token that the code alone, or another pairing id, does not give", async () => {
    const code = await newCode(doors);
    const [one, two] = [await pair(code), await pair(code)];
    expect(one.token).not.toBe(two.token);
    const other = await newCode(doors);
    const { secret, id } = await bodyOf(await redeem(other.secret, one.pairingId));
    expect(secret).not.toBe(one.token);
    expect(id).not.toBe(one.id);
  });
});

describe("the uses of a crew code", () => {
  it("[D22] are never more than it has, also by 50 phones at once: 5 of 5", async () => {
    const code = await newCode(doors, { uses: 5 });
    const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(code.secret)));
    const made = answers.filter(({ status }) => status === 201);
    expect([made.length, await pairedBy(code), await leftOf(code)]).toEqual([5, 5, 0]);
    for (const each of made) expect(await meOf(String((await bodyOf(each))["secret"]))).toBe(200);
    const refused = answers.filter(({ status }) => status !== 201);
    const reasons = await Promise.all(refused.map(reasonOf));
    expect(new Set(reasons)).toEqual(new Set(["409 crew_code_refused used_up"]));
  });

  it.each([1, 200])("[D22] are %d, and no more", async (uses) => {
    const code = await newCode(doors, { uses });
    const made = Array.from({ length: uses - 1 }, () => ({
      ...{ id: newId("dev"), organization_id: doors.tenant.organizationId, name: "Before", created_at: 1 },
      ...{ token_hash: crypto.randomUUID(), crew_code_id: idOf(code), event_id: doors.eventId },
    }));
    for (const each of made) await db.insert(devices).values(each);
    expect((await redeem(code.secret)).status).toBe(201);
    expect(await reasonOf(redeem(code.secret))).toBe("409 crew_code_refused used_up");
    expect(await pairedBy(code)).toBe(uses);
  });
});

describe("a crew code pairs nothing", () => {
  it("[D22] from the millisecond on at which it is over", async () => {
    const expiresAt = Date.now() + 60_000;
    const code = await newCode(doors, { uses: 2, expires_at: new Date(expiresAt).toISOString() });
    const clock = vi.spyOn(Date, "now").mockReturnValue(expiresAt - 1);
    expect((await redeem(code.secret)).status).toBe(201);
    clock.mockReturnValue(expiresAt);
    expect(await reasonOf(redeem(code.secret))).toBe("409 crew_code_refused expired");
    expect(await pairedBy(code)).toBe(1);
  });

  it("[D22] once it is ended, which its phones outlive", async () => {
    const code = await newCode(doors);
    const phone = await pair(code);
    await endOfCode(code);
    expect(await reasonOf(redeem(code.secret))).toBe("409 crew_code_refused ended");
    expect([await meOf(phone.token), await pairedBy(code)]).toEqual([200, 1]);
  });

  it("[D22] of an event that is 7 days over, to the millisecond, even for a repeat", async () => {
    const { end_time } = await bodyOf(await ask("GET", `/v1/events/${doors.eventId}`, { token: doors.tenant.token }));
    const over = Date.parse(String(end_time)) + 7 * DAY;
    const clock = vi.spyOn(Date, "now").mockReturnValue(over - 2);
    const code = await newCode(doors);
    clock.mockReturnValue(over - 1);
    const phone = await pair(code);
    expect(phone.token).toMatch(/^vgd_/);
    clock.mockReturnValue(over);
    expect(await reasonOf(redeem(code.secret))).toBe("409 crew_code_refused ended");
    expect(await reasonOf(redeem(code.secret, phone.pairingId))).toBe("409 crew_code_refused ended");
    expect(await pairedBy(code)).toBe(1);
  });

  it("[D22] by the pairing id of a device that was revoked, which stays revoked", async () => {
    const code = await newCode(doors);
    const phone = await pair(code);
    expect((await ask("DELETE", `/v1/devices/${phone.id}`, { token: doors.tenant.token })).status).toBe(204);
    expect(await reasonOf(redeem(code.secret, phone.pairingId))).toBe("409 crew_code_refused revoked");
    expect((await redeem(code.secret)).status).toBe(201);
  });

  it("[T4] [D22] while the organisation is suspended, and a repeat finds its device all the same", async () => {
    const code = await newCode(doors);
    const phone = await pair(code);
    await suspend(doors.tenant);
    expect(await reasonOf(redeem(code.secret))).toBe("403 organization_suspended");
    expect(await bodyOf(await redeem(code.secret, phone.pairingId))).toMatchObject({ secret: phone.token });
    expect([await meOf(phone.token), await pairedBy(code)]).toEqual([200, 1]);
  });

  it("[T7] whose audit row cannot be written", async () => {
    const code = await newCode(doors);
    await env.DB.exec("CREATE TRIGGER no_audit BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'full'); END");
    try {
      expect((await redeem(code.secret)).status).toBeGreaterThanOrEqual(500);
    } finally {
      await env.DB.exec("DROP TRIGGER no_audit");
    }
    expect(await pairedBy(code)).toBe(0);
  });
});

describe("what is no crew code", () => {
  const UNKNOWN = `vgc_${"0".repeat(26)}`;

  it("[D22] is not found, and what cannot be one, or no pairing id, is refused at its place", async () => {
    expect(await refusalOf(redeem(UNKNOWN))).toBe("404 not_found");
    const { secret } = await newCode(doors);
    const faults: [string, Promise<Response>][] = [
      ["/code", redeem(secret.slice(0, -1))],
      ["/code", redeem(secret.toUpperCase())],
      ["/code", redeem(doors.device.token)],
      ["/pairing_id", redeem(secret, newId("scn"))],
      ["/pairing_id", redeem(secret, "1")],
      ["/name", redeem(secret, newId("pair"), " ")],
    ];
    for (const [path, answer] of faults)
      expect(await bodyOf(await answer)).toMatchObject({ status: 400, errors: [{ path }] });
  });

  it("[D22] counts by address like a failed credential; a good or used-up one meets no limiter", async () => {
    const limit = vi.spyOn(env.CREDENTIAL_LIMIT, "limit").mockResolvedValue({ success: false });
    const answer = await ask("POST", "/v1/devices/pair", {
      json: { code: UNKNOWN, pairing_id: newId("pair"), name: "A phone" },
      headers: { "CF-Connecting-IP": "2001:db8:1:2:3:4:5:6" },
    });
    expect(await refusalOf(answer)).toBe("429 rate_limited");
    expect(limit.mock.calls).toEqual([[{ key: "2001:db8:1:2::/64" }]]);
    const code = await newCode(doors, { uses: 1 });
    expect((await redeem(code.secret)).status).toBe(201);
    expect(await reasonOf(redeem(code.secret))).toBe("409 crew_code_refused used_up");
    expect(limit).toHaveBeenCalledTimes(1);
  });

  it("[D22] [P2] is a bearer: no route takes a crew code for a credential", async () => {
    const { secret } = await newCode(doors);
    expect(await refusalOf(ask("GET", "/v1/me", { token: secret }))).toBe("401 unauthenticated");
    expect(
      await db
        .select()
        .from(devices)
        .where(eq(devices.token_hash, hashSecret(secret))),
    ).toEqual([]);
  });
});

it("[D22] a page of any origin may pair, and reads whether it was a repeat", async () => {
  const headers = { Origin: "https://scan.example", "Access-Control-Request-Method": "POST" };
  const preflight = await ask("OPTIONS", "/v1/devices/pair", { headers });
  expect(preflight.headers.get("Access-Control-Allow-Methods")).toContain("POST");
  const code = await newCode(doors);
  const answer = await redeem(code.secret);
  expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
  expect(answer.headers.get("Access-Control-Expose-Headers")).toContain("Idempotency-Replayed");
});
