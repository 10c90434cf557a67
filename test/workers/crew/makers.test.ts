// Crew codes, and the phones that were paired by them, depend on their maker, who must still be allowed to give them
// (rule P2).

import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { auditOf as auditRow } from "../../../src/app/audit-of.ts";
import { CREDENTIAL_CACHE_MS } from "../../../src/auth/credential-cache.ts";
import { readMadeCredentials, readMember, removeMember } from "../../../src/db/members/members.ts";
import { crewCodes } from "../../../src/db/schema/crew.ts";
import { devices } from "../../../src/db/schema/credentials.ts";
import { memberOf, type Role } from "../../../src/domain/people/policy.ts";
import { must } from "../../../src/domain/result.ts";
import { auditOf, cronAt } from "../support/catalogue.ts";
import { codesOf, meOf, newCode, pair, type Phone, reasonOf, redeem } from "./crew.ts";
import { type Doors, feedOf, openDoors, pathOf, snapshotOf } from "../support/doors.ts";
import { db } from "../support/fixture.ts";
import { ask, bodyOf } from "../support/http.ts";
import { join, type SignedInMember, signedInAs } from "../support/auth/people.ts";
import { follow } from "../support/socket.ts";

let doors: Doors;
let phone: Phone;
beforeEach(async () => {
  doors = await openDoors();
});

describe("the maker of a crew code", () => {
  let owner: SignedInMember;
  let staff: SignedInMember;
  let code: Awaited<ReturnType<typeof newCode>>;
  beforeEach(async () => {
    const { organizationId } = doors.tenant;
    [owner, staff] = [await signedInAs(organizationId, "owner"), await signedInAs(organizationId, "admin")];
    code = await newCode(doors, { uses: 9 }, { token: staff.token });
    phone = await pair(code);
  });
  const give = (role: Role, version: number) =>
    ask("PATCH", `/v1/members/${staff.memberId}`, {
      ...{ token: owner.token, json: { role }, headers: { "If-Match": `"${version}"` } },
    });
  const remove = () => ask("DELETE", `/v1/members/${staff.memberId}`, { token: owner.token });

  it("[P2] [D22] and may not manage ticketing has codes and phones that are refused until they may again", async () => {
    const begun = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(begun);
    const viewer = await follow(pathOf(doors), phone.token);
    await snapshotOf(viewer);
    expect((await give("staff", 1)).status).toBe(200);
    clock.mockReturnValue(begun + CREDENTIAL_CACHE_MS);
    expect([await meOf(phone.token), (await redeem(code.secret)).status], "staff manages crew").toEqual([200, 201]);
    expect((await give("viewer", 2)).status).toBe(200);
    await feedOf(doors).recheck();
    expect((await viewer.closed).code).toBe(4401);
    clock.mockReturnValue(begun + 2 * CREDENTIAL_CACHE_MS);
    expect(await meOf(phone.token)).toBe(401);
    expect(await reasonOf(redeem(code.secret))).toBe("409 crew_code_refused ended");
    expect(await reasonOf(redeem(code.secret, phone.pairingId))).toBe("409 crew_code_refused ended");
    expect((await give("staff", 3)).status).toBe(200);
    clock.mockReturnValue(begun + 3 * CREDENTIAL_CACHE_MS);
    expect([await meOf(phone.token), (await redeem(code.secret)).status]).toEqual([200, 201]);
  });

  it("[P2] [T6] and is removed loses codes and their phones for good, as response and audit log list", async () => {
    const byKey = await bodyOf(
      await ask("POST", "/v1/api-keys", {
        ...{ token: staff.token, json: { name: "Mine", permissions: ["manage_ticketing_and_pricing"] } },
      }),
    );
    const keyCode = await newCode(doors, { uses: 1 }, { token: String(byKey["secret"]) });
    const [ended, unused] = [
      await newCode(doors, { uses: 1 }, { token: staff.token }),
      await newCode(doors, { uses: 1 }, { token: staff.token }),
    ];
    const [second, third] = [await pair(ended), await pair(keyCode)];
    await ask("DELETE", `${codesOf(doors)}/${ended.id}`, { token: owner.token });
    const kept = await pair(await newCode(doors, { uses: 1 }, { token: owner.token }));
    const removed = await remove();
    expect(removed.status).toBe(200);
    const answer = (await bodyOf(removed)) as { devices: object[]; crew_codes: { id: string; ended_at: string }[] };
    expect(answer.devices).toEqual([]);
    const all = [code, keyCode, ended, unused].map(({ id }) => id).sort();
    expect(answer.crew_codes.map(({ id }) => id).sort()).toEqual(all);
    expect(answer.crew_codes.every(({ ended_at }) => typeof ended_at === "string")).toBe(true);
    for (const { id } of [code, keyCode, unused]) {
      const rows = (await auditOf(doors.tenant, id)).filter(({ action }) => action === "crew_code.end");
      expect(rows).toMatchObject([{ actor_id: owner.id, changes: { ended: true, devices_revoked: true } }]);
    }
    await join(doors.tenant.organizationId, staff, "admin");
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + CREDENTIAL_CACHE_MS);
    for (const { token } of [phone, second, third]) expect(await meOf(token)).toBe(401);
    expect(await meOf(kept.token)).toBe(200);
    for (const { secret } of [code, keyCode, unused])
      expect(await reasonOf(redeem(secret))).toBe("409 crew_code_refused ended");
  });

  it("[P2] [T7] is removed only with every code listed and audited, though one is made meanwhile", async () => {
    const { organizationId } = doors.tenant;
    const member = must(await readMember(db, organizationId, staff.memberId), "they are one");
    const given = await readMadeCredentials(db, member);
    expect(given.crewCodes.map(({ id }) => id)).toEqual([code.id]);
    await newCode(doors, { uses: 1 }, { token: staff.token });
    const actor = memberOf(organizationId, owner.id, "owner", owner.sessionId);
    const done = {
      organizationId,
      action: "member.remove",
      resourceKind: "member",
      resourceId: member.id,
      changes: {},
    };
    const audit = auditRow({ ...cronAt(Date.now()), actor }, done);
    expect(await removeMember(db, member, given, actor, audit, [])).toBe(false);
    expect(await removeMember(db, member, await readMadeCredentials(db, member), actor, audit, [])).toBe(true);
  });

  it("[P2] [T7] and is removed leaves no phone or code that was made at the same moment", async () => {
    const pairing = Array.from({ length: 8 }, () => redeem(code.secret));
    const making = Array.from({ length: 4 }, () => newCode(doors, { uses: 1 }, { token: staff.token }));
    const [removed] = await Promise.all([remove(), ...pairing, ...making]);
    // Refused is fair: what is made keeps them from being removed, and the request may be repeated.
    if (removed.status !== 200) expect((await remove()).status).toBe(200);
    const left = await db.select().from(crewCodes).where(eq(crewCodes.creator_id, staff.id));
    expect(left.filter(({ ended_at }) => ended_at === null)).toEqual([]);
    const theirs = await db.select().from(devices).where(eq(devices.creator_id, staff.id));
    expect(theirs.length).toBeGreaterThan(0);
    expect(theirs.filter(({ revoked_at }) => revoked_at === null)).toEqual([]);
  });
});
