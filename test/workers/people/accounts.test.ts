// Accounts under /api/auth: what is open, what a sign-in gives and a change of password takes, and what strangers
// learn.

import { exports } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { sessions, users } from "../../../src/db/schema/people.ts";
import { openTenant } from "../support/catalogue.ts";
import { db, HOUR } from "../support/fixture.ts";
import { ask, type Asked, bodyOf, refusalOf, saysToWait, SESSION } from "../support/http.ts";
import {
  join,
  linkAfter,
  mailsTo,
  PASSWORD,
  person,
  post,
  sessionIn,
  sessionOf,
  signIn,
} from "../support/auth/people.ts";

const sessionNow = async (token: string) => (await ask("GET", "/api/auth/get-session", { token })).json();

describe("an account", () => {
  it("has a session in a cookie that no script, no other site and no other host gets", async () => {
    const { email } = await person({ password: PASSWORD });
    const secure = (await signIn(email)).headers.getSetCookie().filter((each) => each.includes("session_token"));
    expect(secure).toHaveLength(1);
    expect(secure[0]).toMatch(/^__Host-voelgoed\.session_token=/);
    expect(secure[0]?.split("; ").slice(1).sort()).toEqual([
      "HttpOnly",
      "Max-Age=604800",
      "Path=/",
      "SameSite=Lax",
      "Secure",
    ]);
    const local = await exports.default.fetch("http://127.0.0.1:8787/api/auth/sign-in/email", {
      method: "POST",
      headers: { "Content-Type": "application/json", "CF-Connecting-IP": "192.0.2.1" },
      body: JSON.stringify({ email, password: PASSWORD }),
    });
    const plain = local.headers.getSetCookie().find((each) => each.includes("session_token"));
    expect(plain).toMatch(/^voelgoed\.session_token=/);
    expect(plain?.split("; ").slice(1).sort()).toEqual(["HttpOnly", "Max-Age=604800", "Path=/", "SameSite=Lax"]);
  });

  it("takes no field that the routes do not name, no other form than JSON, no name without end", async () => {
    const given = { name: "A", email: "fields@example.com" };
    const paths = async (json: object) =>
      ((await bodyOf(await post("sign-up/email", json)))["errors"] as { path: string }[]).map(({ path }) => path);
    expect(await paths({ ...given, emailVerified: true })).toEqual(["/emailVerified"]);
    expect(await paths({ ...given, image: "x", role: "owner" })).toEqual(["/image", "/role"]);
    expect(await paths({ ...given, name: "x".repeat(201) })).toEqual(["/name"]);
    expect(await paths({ ...given, password: PASSWORD, callbackURL: "/" })).toEqual(["/password", "/callbackURL"]);
    const form = { raw: "email=a&password=b", headers: { "Content-Type": "application/x-www-form-urlencoded" } };
    expect(await refusalOf(ask("POST", "/api/auth/sign-in/email", form))).toBe("415 unsupported_media_type");
    expect(await db.select().from(users).where(eq(users.email, given.email))).toEqual([]);
  });
});

describe("a stolen cookie", () => {
  it("[T5] is refused at once after its owner changes the password, which leaves one new session", async () => {
    const tenant = await openTenant();
    const who = await person({ password: PASSWORD });
    await join(tenant.organizationId, who, "owner");
    const [mine, stolen] = [sessionIn(await signIn(who.email)), sessionIn(await signIn(who.email))];
    expect((await ask("GET", "/v1/me", { token: stolen })).status).toBe(200);
    const change = { currentPassword: PASSWORD, newPassword: "a wholly new password", revokeOtherSessions: false };
    const wrong = await post("change-password", { ...change, currentPassword: "a wrong password" }, { token: mine });
    expect(wrong.status).toBe(400);
    const changed = await post("change-password", change, { token: mine });
    expect(changed.status).toBe(200);
    for (const token of [stolen, mine])
      expect(await refusalOf(ask("GET", "/v1/me", { token }))).toBe("401 unauthenticated");
    expect((await ask("GET", "/v1/me", { token: sessionIn(changed) })).status).toBe(200);
    expect(await db.select().from(sessions).where(eq(sessions.user_id, who.id))).toHaveLength(1);
  });

  it("[T5] is refused at once after a sign-out, and when its session is ended from another", async () => {
    const tenant = await openTenant();
    const who = await person();
    await join(tenant.organizationId, who, "viewer");
    const [one, two, three] = [await sessionOf(who), await sessionOf(who), await sessionOf(who)];
    for (const { token } of [one, two, three]) expect((await ask("GET", "/v1/me", { token })).status).toBe(200);
    await post("sign-out", {}, { token: one.token });
    expect((await post("revoke-session", { token: two.sessionToken }, { token: three.token })).status).toBe(200);
    for (const { token } of [one, two])
      expect(await refusalOf(ask("GET", "/v1/me", { token }))).toBe("401 unauthenticated");
    expect((await ask("GET", "/v1/me", { token: three.token })).status).toBe(200);
  });

  it("does not end the session of somebody else", async () => {
    const [thief, victim] = [await sessionOf(await person()), await sessionOf(await person())];
    await post("revoke-session", { token: victim.sessionToken }, { token: thief.token });
    expect(await sessionNow(victim.token)).toMatchObject({ user: { id: victim.id } });
  });
});

describe("somebody who sets another's cookie before they sign in", () => {
  it("gains nothing: a sign-in makes a session of its own, and a cookie that was not made here is none", async () => {
    const victim = await person({ password: PASSWORD });
    const attacker = await sessionOf(await person());
    for (const planted of [attacker.token, `${SESSION}__Host-voelgoed.session_token=planted`]) {
      const signedIn = sessionIn(await signIn(victim.email, PASSWORD, { token: planted }));
      expect(signedIn).not.toBe(planted);
      expect(await sessionNow(signedIn)).toMatchObject({ user: { id: victim.id } });
    }
    expect(await sessionNow(attacker.token), "the session that came with the sign-in is over").toBeNull();
    expect(await sessionNow(`${SESSION}__Host-voelgoed.session_token=planted`)).toBeNull();
  });
});

describe("another site", () => {
  it("can neither sign a visitor in nor out, nor change a password, with their cookie or without", async () => {
    const who = await person({ password: PASSWORD });
    const mine = await sessionOf(who);
    const Cookie = mine.token.slice(SESSION.length);
    const requests = {
      "sign-in/email": { email: who.email, password: PASSWORD },
      "sign-up/email": { name: "A", email: "csrf@example.com" },
      "change-password": { currentPassword: PASSWORD, newPassword: "chosen by another" },
      "request-password-reset": { email: who.email },
      "sign-out": {},
    };
    const strangers = [
      { Origin: "https://evil.example" },
      { Origin: "https://evil.example", Cookie },
      { Origin: "null", Cookie },
      { Cookie },
    ];
    for (const [path, json] of Object.entries(requests)) {
      for (const headers of strangers)
        expect(await refusalOf(post(path, json, { headers })), path).toBe("403 origin_not_allowed");
    }
    expect(await sessionNow(mine.token)).toMatchObject({ user: { id: who.id } });
    expect((await signIn(who.email)).status).toBe(200);
    expect(await mailsTo(who.email)).toEqual([]);
    expect(await mailsTo("csrf@example.com")).toEqual([]);
  });
});

describe("a stranger", () => {
  /** The parts of a response that must not differ between two alike ones: its status, its fields, its headers. */
  const seen = async (answer: Response) => {
    const body = await bodyOf(answer);
    const shape = JSON.stringify(body, (_, value: unknown) =>
      typeof value === "string" && /example|usr_|^20\d\d-/.test(value) ? "…" : value,
    );
    return [answer.status, shape, [...answer.headers.keys()].filter((name) => name !== "x-request-id")];
  };

  it("does not learn from signing up, signing in or a reset who has an account, nor by how long it takes", async () => {
    const known = await person({ password: PASSWORD });
    const waiting = "waiting@example.com";
    await post("sign-up/email", { name: "A", email: waiting });
    await linkAfter(1, waiting);
    const slow = async (path: string, json: object) => {
      const begun = performance.now();
      const answer = await post(path, json);
      // The least time that a guess takes is 500 ms; a timer may fire within the millisecond before.
      expect(performance.now() - begun, path).toBeGreaterThanOrEqual(499);
      return seen(answer);
    };
    for (const [path, body] of [
      ["sign-in/email", { password: "a wrong password" }],
      ["request-password-reset", {}],
      ["sign-up/email", { name: "A" }],
    ] as const) {
      const emails = ["nobody@example.com", known.email, waiting];
      const [unknown, ...others] = await Promise.all(emails.map((email) => slow(path, { ...body, email })));
      for (const other of others) expect(other, path).toEqual(unknown);
    }
    const subjectsTo = async (email: string) => (await mailsTo(email)).map(({ subject }) => subject);
    expect(await subjectsTo(known.email), "the one who owns the address does learn of it").toEqual([
      "Set a new password",
      "You have an account already",
    ]);
    expect(await subjectsTo(waiting)).toEqual(Array.from({ length: 3 }, () => "Confirm your e-mail address"));
  });

  it("finds nothing else of better-auth: neither its organisations nor what we do not offer", async () => {
    const { token } = await sessionOf(await person());
    for (const route of [
      ...["POST organization/create", "POST organization/invite-member", "POST organization/update-member-role"],
      ...["POST organization/accept-invitation", "GET organization/list-members", "POST organization/set-active"],
      ...["POST update-user", "POST delete-user", "POST change-email", "POST set-password", "POST sign-in/social"],
      ...["GET ok", "GET error", "GET list-accounts", "POST unlink-account", "GET reset-password/x"],
      ...["POST sign-up/email/", "POST update-session", "POST verify-password"],
      ...["GET verify-email", "POST send-verification-email", "POST forget-password"],
    ]) {
      const [method = "", path = ""] = route.split(" ");
      const asked = method === "GET" ? { token } : { token, json: {} };
      expect(await refusalOf(ask(method, `/api/auth/${path}`, asked)), route).toBe("404 not_found");
    }
    for (const [method, path] of [
      ["GET", "sign-out"],
      ["POST", "get-session"],
    ] as const)
      expect(await refusalOf(ask(method, `/api/auth/${path}`, { token }))).toBe("405 method_not_allowed");
  });
});

describe("attempts", () => {
  const from = (address: string): Asked => ({ headers: { "CF-Connecting-IP": address } });
  const reset = (email: string, address: string) => post("request-password-reset", { email }, from(address));

  it("[X2] for an e-mail address are 10 in 10 minutes from one place, and then it is open again", async () => {
    const begun = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(begun);
    const tries = await Promise.all(Array.from({ length: 12 }, () => reset("Many@example.com", "192.0.2.10")));
    const refused = tries.filter(({ status }) => status === 429);
    expect([tries.filter(({ status }) => status === 200).length, refused.length]).toEqual([10, 2]);
    expect(refused.every((each) => saysToWait(each, 600))).toBe(true);
    const others = signIn("many@example.com", PASSWORD, from("192.0.2.10"));
    expect(await refusalOf(others), "sign-ins count with the others").toBe("429 rate_limited");
    expect((await reset("many@example.com", "192.0.2.11")).status, "another place is not shut out").toBe(200);
    expect((await reset("other@example.com", "192.0.2.10")).status).toBe(200);
    clock.mockReturnValue(begun + HOUR / 6 - 1);
    const last = await reset("many@example.com", "192.0.2.10");
    expect([last.status, saysToWait(last, 1)]).toEqual([429, true]);
    clock.mockReturnValue(begun + HOUR / 6);
    expect((await reset("many@example.com", "192.0.2.10")).status).toBe(200);
  });

  it("[X2] from one place are 60 a minute, whatever the e-mail address", async () => {
    const tries = await Promise.all(
      Array.from({ length: 62 }, (_, i) => reset(`person${i}@example.com`, "192.0.2.20")),
    );
    const refused = tries.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(2);
    expect(refused.every((each) => each.headers.has("Retry-After"))).toBe(true);
  });

  it("are refused before what they say is read", async () => {
    await Promise.all(Array.from({ length: 10 }, () => reset("order@example.com", "192.0.2.30")));
    const bad = { email: "order@example.com", nonsense: true };
    expect(await refusalOf(post("sign-in/email", bad, from("192.0.2.30")))).toBe("429 rate_limited");
    expect(await refusalOf(post("sign-in/email", bad, from("192.0.2.31")))).toBe("400 invalid_request");
  });
});
