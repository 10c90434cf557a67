// Who follows the scanner channel by a session: closed when the membership or the session is lost (rule T5).

import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { watchForSessionEnd } from "../../../src/app/credentials/revoke-sockets.ts";
import { members, outbox, sessions } from "../../../src/db/schema/people.ts";
import { type EventId, parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { cronAt, move, newDraft } from "../support/catalogue.ts";
import { type Doors, feedOf, openDoors, pathOf, refused, snapshotOf } from "../support/doors.ts";
import { withFate } from "../support/faults.ts";
import { db, feeds, held, HOUR } from "../support/fixture.ts";
import { ask } from "../support/http.ts";
import { join, person, sessionOf, type SignedIn, signedInAs } from "../support/auth/people.ts";
import { follow, type Viewer } from "../support/socket.ts";

const PASSWORD = "correct horse battery";

describe("a person who follows", () => {
  const standsAt = (doors: Doors) => runInDurableObject(feedOf(doors), (_, state) => state.storage.getAlarm());
  const at = (doors: Doors, now: number) =>
    runInDurableObject(feedOf(doors), (feed) => {
      feed.clock = () => now;
    });
  const isOpen = ({ socket }: Viewer) => socket.readyState === WebSocket.OPEN;
  const memberIn = (doors: Doors) => signedInAs(doors.tenant.organizationId, "staff");
  async function following(doors: Doors, token: string): Promise<Viewer> {
    const viewer = await follow(pathOf(doors), token);
    await snapshotOf(viewer);
    return viewer;
  }
  /** The alarm runs when it was set to, as the runtime would. */
  async function onAlarm(doors: Doors): Promise<number> {
    const due = must(await standsAt(doors), "an alarm stands");
    await at(doors, due);
    await runDurableObjectAlarm(feedOf(doors));
    return due;
  }

  it("[T5] who loses the membership is closed with 4403 at once; a new role or another's loss does not", async () => {
    const doors = await openDoors();
    const owner = await signedInAs(doors.tenant.organizationId, "owner");
    const [one, other] = [await memberIn(doors), await memberIn(doors)];
    const viewers = [await following(doors, one.token), await following(doors, other.token)] as const;
    const demoted = { token: owner.token, json: { role: "scanner_only" }, headers: { "If-Match": '"1"' } };
    expect((await ask("PATCH", `/v1/members/${one.memberId}`, demoted)).status).toBe(200);
    await feedOf(doors).recheck();
    expect(viewers.map(isOpen)).toEqual([true, true]);
    expect((await ask("DELETE", `/v1/members/${one.memberId}`, { token: owner.token })).status).toBe(200);
    expect(await viewers[0].closed).toEqual({ code: 4403, reason: "no longer a member" });
    expect(isOpen(viewers[1])).toBe(true);
    expect(await refused(pathOf(doors), one.token)).toBe(403);
  });

  it("[T5] [P1] now limited to scans is closed with 4403 on a draft, and with 4410 at a live event's end", async () => {
    const doors = await openDoors();
    const draft = await newDraft(doors.tenant);
    const owner = await signedInAs(doors.tenant.organizationId, "owner");
    const [one, other] = [await memberIn(doors), await memberIn(doors)];
    const onDraft = await follow(`/v1/events/${draft.eventId}/scanner`, one.token);
    await snapshotOf(onDraft);
    const viewers = [await following(doors, one.token), await following(doors, other.token)] as const;
    const demoted = { token: owner.token, json: { role: "scanner_only" }, headers: { "If-Match": '"1"' } };
    expect((await ask("PATCH", `/v1/members/${one.memberId}`, demoted)).status).toBe(200);
    expect(await onDraft.closed).toEqual({ code: 4403, reason: "no longer allowed" });
    await feedOf(doors).recheck();
    expect(viewers.map(isOpen)).toEqual([true, true]);
    await move(doors.tenant, doors.eventId, "start");
    await move(doors.tenant, doors.eventId, "end");
    expect((await viewers[0].closed).code).toBe(4410);
    expect(isOpen(viewers[1])).toBe(true);
  });

  /** Nothing is expected of those who came, an hour later. Returns that time, at which the feed's clock stays. */
  async function settled(doors: Doors): Promise<number> {
    const later = Date.now() + HOUR;
    await at(doors, later);
    await runDurableObjectAlarm(feedOf(doors));
    expect(await standsAt(doors), "for the end of a session alone").toBeGreaterThan(later + HOUR);
    return later;
  }

  it("[T5] also when the Worker dies as it takes the role: the feed's own alarm comes within 2.5 s", async () => {
    const doors = await openDoors();
    const [one, other] = [await memberIn(doors), await memberIn(doors)];
    const viewers = [await following(doors, one.token), await following(doors, other.token)] as const;
    const now = await settled(doors);
    await feedOf(doors).watchForRevocation();
    await db.delete(members).where(eq(members.id, one.memberId));
    expect(await onAlarm(doors)).toBe(now + 2_500);
    expect((await viewers[0].closed).code).toBe(4403);
    expect(isOpen(viewers[1])).toBe(true);
  });

  it.each<[string, (who: SignedIn) => Promise<Response>]>([
    ["a sign-out", ({ token }) => ask("POST", "/api/auth/sign-out", { token, json: {} })],
    [
      "a change of the password",
      ({ token }) =>
        ask("POST", "/api/auth/change-password", {
          token,
          json: { currentPassword: PASSWORD, newPassword: "a wholly new password" },
        }),
    ],
    ["a reset of the password", reset],
    [
      "its end from another session",
      async (who) =>
        ask("POST", "/api/auth/revoke-session", {
          token: (await sessionOf(who)).token,
          json: { token: who.sessionToken },
        }),
    ],
    ["the end of all sessions", ({ token }) => ask("POST", "/api/auth/revoke-sessions", { token, json: {} })],
  ])("[T5] is closed with 4401 within 5 s after %s; another member stays", async (_, end) => {
    const doors = await openDoors();
    const who = await person({ password: PASSWORD });
    await join(doors.tenant.organizationId, who, "staff");
    const mine = await sessionOf(who);
    const other = await memberIn(doors);
    const viewers = [await following(doors, mine.token), await following(doors, other.token)] as const;
    const now = await settled(doors);
    expect((await end(mine)).status).toBe(200);
    expect(viewers.map(isOpen)).toEqual([true, true]);
    expect(await onAlarm(doors)).toBe(now + 2_500);
    expect(await viewers[0].closed).toEqual({ code: 4401, reason: "the session has ended" });
    expect(isOpen(viewers[1])).toBe(true);
    expect(await refused(pathOf(doors), mine.token)).toBe(401);
  });

  it("[T5] in the organisation that the session chose before is also closed, though a message is lost", async () => {
    const [doors, elsewhere] = [await openDoors(), await openDoors()];
    const mine = await memberIn(doors);
    await join(elsewhere.tenant.organizationId, mine, "admin");
    const viewer = await following(doors, mine.token);
    const choice = { token: mine.token, json: { organization_id: elsewhere.tenant.organizationId } };
    expect((await ask("POST", "/api/auth/active-organization", choice)).status).toBe(204);
    const now = await settled(doors);
    const words: string[] = [];
    const hardOfHearing = (id: EventId) => ({
      ...feeds(id),
      watchForRevocation: () => {
        words.push(id);
        const isFirst = words.filter((each) => each === id).length === 1;
        return isFirst ? Promise.reject(new Error("away")) : feeds(id).watchForRevocation();
      },
    });
    const behind: Promise<unknown>[] = [];
    const waitUntil = (work: Promise<unknown>) => void behind.push(work);
    await watchForSessionEnd({ ...cronAt(Date.now()), feeds: hardOfHearing, waitUntil }, mine.id);
    await db.delete(sessions).where(eq(sessions.id, mine.sessionId));
    await Promise.all(behind);
    expect(words.sort()).toEqual([doors.eventId, doors.eventId, elsewhere.eventId, elsewhere.eventId].sort());
    expect(await onAlarm(doors)).toBe(now + 2_500);
    expect((await viewer.closed).code).toBe(4401);
  });

  it("[T5] [X3] loses the session also when D1 cannot name its sockets, and is closed by the next push", async () => {
    const doors = await openDoors();
    const mine = await memberIn(doors);
    const viewer = await following(doors, mine.token);
    const now = await settled(doors);
    const word = watchForSessionEnd({ ...cronAt(Date.now()), ...withFate(() => "lost before") }, mine.id);
    expect(await word).toBeUndefined();
    await db.delete(sessions).where(eq(sessions.id, mine.sessionId));
    await at(doors, now + 4_001);
    await held(must(parseId("tt", doors.typeId), "it was created"), newId("shp"), 1);
    expect((await viewer.closed).code).toBe(4401);
  });

  it("[T5] from one session stays when another session of the same person ends", async () => {
    const doors = await openDoors();
    const mine = await memberIn(doors);
    const second = await sessionOf(mine);
    const viewers = [await following(doors, mine.token), await following(doors, second.token)] as const;
    await ask("POST", "/api/auth/sign-out", { token: second.token, json: {} });
    await feedOf(doors).recheck();
    expect((await viewers[1].closed).code).toBe(4401);
    expect(isOpen(viewers[0])).toBe(true);
  });

  it("[T5] [L5] is closed when the session expires, to the millisecond, by one alarm set for then", async () => {
    const doors = await openDoors();
    const endsAt = Date.now() + HOUR;
    const who = await person();
    await join(doors.tenant.organizationId, who, "viewer");
    const viewer = await following(doors, (await sessionOf(who, new Date(endsAt))).token);
    await at(doors, endsAt - 1);
    await runDurableObjectAlarm(feedOf(doors));
    expect([isOpen(viewer), await standsAt(doors)]).toEqual([true, endsAt]);
    await at(doors, endsAt);
    await runDurableObjectAlarm(feedOf(doors));
    expect((await viewer.closed).code).toBe(4401);
    expect(await standsAt(doors)).toBeNull();
  });

  it("[T5] [X3] whose session expires while D1 is away is checked every 2.5 s, and closed when D1 is back", async () => {
    const doors = await openDoors();
    const endsAt = Date.now() + HOUR;
    const mine = await sessionOf(await person(), new Date(endsAt));
    await join(doors.tenant.organizationId, mine, "viewer");
    const viewer = await following(doors, mine.token);
    await at(doors, endsAt - 1);
    await runDurableObjectAlarm(feedOf(doors));
    const real = await runInDurableObject(feedOf(doors), (feed) => {
      const before = feed.ports;
      feed.ports = { ...before, readCredentialState: () => Promise.reject(new Error("D1_ERROR: away")) };
      return before;
    });
    for (const due of [endsAt, endsAt + 2_500, endsAt + 5_000]) expect(await onAlarm(doors)).toBe(due);
    expect(isOpen(viewer)).toBe(true);
    await runInDurableObject(feedOf(doors), (feed) => {
      feed.ports = real;
    });
    await onAlarm(doors);
    expect((await viewer.closed).code).toBe(4401);
  });

  it("[T5] stays past that time when the session has been lengthened", async () => {
    const doors = await openDoors();
    const endsAt = Date.now() + HOUR;
    const mine = await sessionOf(await person(), new Date(endsAt));
    await join(doors.tenant.organizationId, mine, "viewer");
    const viewer = await following(doors, mine.token);
    await at(doors, endsAt - 1);
    await runDurableObjectAlarm(feedOf(doors));
    const lengthened = new Date(endsAt + HOUR);
    await db.update(sessions).set({ expires_at: lengthened }).where(eq(sessions.id, mine.sessionId));
    expect(await onAlarm(doors)).toBe(endsAt);
    expect([isOpen(viewer), await standsAt(doors)]).toEqual([true, endsAt + HOUR]);
  });
});

async function reset({ email }: SignedIn): Promise<Response> {
  await ask("POST", "/api/auth/request-password-reset", { json: { email } });
  const mails = () => db.select().from(outbox).where(eq(outbox.recipient, email));
  await expect.poll(async () => (await mails()).length).toBe(1);
  const token = /#reset=(\S+)/.exec((await mails())[0]?.body ?? "")?.[1];
  return ask("POST", "/api/auth/reset-password", { json: { token, newPassword: "a wholly new password" } });
}
