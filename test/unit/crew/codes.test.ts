// Crew codes without a database: why one is refused, and how the token of a phone follows from it.

import { describe, expect, test } from "vitest";
import { CREW_CODE, crewCodeFrom, pairedToken } from "../../../src/auth/crew-codes.ts";
import { isSecret } from "../../../src/auth/secrets.ts";
import {
  crewDeviceEnd,
  type FoundCrewCode,
  isWithdrawn,
  explainNoDevice,
} from "../../../src/domain/people/crew-code.ts";
import { idOf, ORGANIZATION } from "../../support/builders.ts";

const [NOW, DAY] = [1_800_000_000_000, 24 * 60 * 60_000];
const GOOD: FoundCrewCode = {
  ...{
    id: idOf("crew", "code"),
    organizationId: ORGANIZATION,
    eventId: idOf("evt", "show"),
    venueId: idOf("ven", "hall"),
  },
  ...{ gateId: null, creatorId: null, uses: 2, used: 1, expiresAt: NOW + 1, endedAt: null, eventEnd: NOW },
  ...{ isGiven: true, isSuspended: false },
};
const refused = (reason: string) => ({ code: "crew_code_refused", reason });

describe("[D22] a crew code", () => {
  test.each<[string, Partial<FoundCrewCode>, object | null]>([
    ["that is good pairs a device", {}, null],
    ["pairs none when it is used up", { used: 2 }, refused("used_up")],
    ["or over", { expiresAt: NOW }, refused("expired")],
    ["or ended", { endedAt: NOW - 1 }, refused("ended")],
    ["or its maker may not give it", { isGiven: false }, refused("ended")],
    ["pairs one in the last millisecond of the 7 days after its event", { eventEnd: NOW - 7 * DAY + 1 }, null],
    ["and none after", { eventEnd: NOW - 7 * DAY }, refused("ended")],
    ["nor while its organisation is suspended", { isSuspended: true }, { code: "organization_suspended" }],
    ["and says the first of these: over before used up", { used: 2, expiresAt: NOW }, refused("expired")],
    ["ended before over", { endedAt: 1, expiresAt: NOW }, refused("ended")],
    ["suspended before ended", { endedAt: 1, isSuspended: true }, { code: "organization_suspended" }],
  ])("%s", (_, parts, answer) => {
    expect(explainNoDevice({ ...GOOD, ...parts }, NOW)).toEqual(answer);
  });

  test("is withdrawn with its maker's right and its event, and not by its own time or end", () => {
    expect(isWithdrawn({ ...GOOD, used: 2, endedAt: 1, expiresAt: 1, isSuspended: true }, NOW)).toBe(false);
    expect(isWithdrawn({ ...GOOD, isGiven: false }, NOW)).toBe(true);
    const end = crewDeviceEnd(GOOD.eventEnd);
    expect([isWithdrawn(GOOD, end - 1), isWithdrawn(GOOD, end)]).toEqual([false, true]);
  });

  test("has all of 128 random bits, and is no credential", () => {
    const code = crewCodeFrom(Uint8Array.from({ length: 16 }, (_, n) => n));
    expect(code).toBe("vgc_000g40r40m30e209185gr38e1w");
    expect([CREW_CODE.test(code), isSecret(code)]).toEqual([true, false]);
    for (const bit of [0, 127]) {
      const bytes = Uint8Array.from({ length: 16 }, (_, n) => (n === bit >> 3 ? n ^ (0x80 >> (bit & 7)) : n));
      expect(crewCodeFrom(bytes)).not.toBe(code);
    }
  });

  test("and a pairing id have one token, the same in every release, which is a device's", () => {
    const [code, pairingId] = [`vgc_${"0".repeat(26)}`, `pair_${"1".repeat(26)}`];
    const token = pairedToken(code, pairingId);
    expect(token).toBe("vgd_yXbJ31FERUBwK11v056szsd04dbXBBOVsEpVl2r1tj4");
    expect(isSecret(token)).toBe(true);
    expect(pairedToken(code, `pair_${"2".repeat(26)}`)).not.toBe(token);
    expect(pairedToken(`vgc_${"2".repeat(26)}`, pairingId)).not.toBe(token);
  });
});
