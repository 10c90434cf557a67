// Where people reach the Worker is configured, and no request says otherwise (rule P5).

import { env } from "cloudflare:workers";
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { outbox } from "../../../src/db/schema/people.ts";
import { app } from "../../../src/http/app.ts";
import { originOf } from "../../../src/http/middleware/origin.ts";
import { openTenant } from "../support/catalogue.ts";
import { db } from "../support/fixture.ts";
import { bodyOf, refusalOf } from "../support/http.ts";
import { PASSWORD, person } from "../support/auth/people.ts";

const SECURE = "https://tickets.example";

async function askAt(url: string, init: RequestInit = {}, parts: Partial<Env> = {}): Promise<Response> {
  const context = createExecutionContext();
  const answer = await app.fetch(new Request(url, { redirect: "manual", ...init }), { ...env, ...parts }, context);
  await waitOnExecutionContext(context);
  return answer;
}
const json = (body: object, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "Content-Type": "application/json", ...headers },
  body: JSON.stringify(body),
});
const mailsTo = async (email: string) => db.select().from(outbox).where(eq(outbox.recipient, email));

describe("the address of the Worker", () => {
  it.each([
    ["https://tickets.example/x", SECURE, SECURE],
    ["https://evil.example/x", SECURE, SECURE],
    ["https://evil.example/x", "https://tickets.example/a/page?b", SECURE],
    ["https://evil.example/x", "", null],
    ["https://evil.example/x", "http://tickets.example", null],
    ["https://evil.example/x", "tickets.example", null],
    ["http://127.0.0.1:8787/x", SECURE, "http://127.0.0.1:8787"],
    ["http://localhost:8787/x", "", "http://localhost:8787"],
    ["http://[::1]:8787/x", "", "http://[::1]:8787"],
    ["http://127.0.0.1.evil.example/x", "", null],
    ["http://localhost.evil.example/x", "", null],
  ])("[P5] of a request to %s where %j is configured is %j", (url, configured, origin) => {
    expect(originOf({ env: { PUBLIC_URL: configured }, req: { url } })).toBe(origin);
  });

  it("[P5] makes the links of mails, whatever host the request names", async () => {
    const { email } = await person({ password: PASSWORD });
    expect((await askAt("https://evil.example/api/auth/request-password-reset", json({ email }))).status).toBe(200);
    const [mail] = await mailsTo(email);
    expect(mail?.body).toContain(`${SECURE}/account#reset=`);
    expect(mail?.body).not.toContain("evil");
  });

  it("[P5] is the only one whose pages may use a session", async () => {
    const given = json({ email: "a@b.example", password: PASSWORD }, { Origin: "https://evil.example" });
    expect(await refusalOf(askAt("https://evil.example/api/auth/sign-in/email", given))).toBe("403 origin_not_allowed");
  });

  it("[P5] is needed to sign in, and its absence shows", async () => {
    const none = { PUBLIC_URL: "" };
    const { email } = await person({ password: PASSWORD });
    const signIn = askAt(`${SECURE}/api/auth/sign-in/email`, json({ email, password: PASSWORD }), none);
    expect(await refusalOf(signIn)).toBe("503 temporarily_unavailable");
    expect(await bodyOf(await askAt(`${SECURE}/readyz`, {}, none))).toMatchObject({ failing: ["public_url"] });
    expect((await askAt("http://localhost/readyz", {}, none)).status).toBe(200);
  });
});

describe("plain http", () => {
  it.each(["/account", "/docs", "/problems/not_found?x=1", "/healthz"])("[P5] leads %s to https", async (path) => {
    for (const host of ["tickets.example", "evil.example"]) {
      const answer = await askAt(`http://${host}${path}`);
      expect([answer.status, answer.headers.get("Location")]).toEqual([308, SECURE + path]);
    }
    const unset = await askAt(`http://tickets.example${path}`, {}, { PUBLIC_URL: "" });
    expect(unset.headers.get("Location")).toBe(SECURE + path);
  });

  it("[P5] leads a path with two slashes to our own host", async () => {
    expect((await askAt("http://tickets.example//evil.example/x")).headers.get("Location")).toBe(
      `${SECURE}/evil.example/x`,
    );
  });

  it("[P5] is refused where a credential may come, good or bad, before it is read", async () => {
    const { token } = await openTenant();
    const { email } = await person({ password: PASSWORD });
    for (const given of [
      askAt("http://tickets.example/v1/me", { headers: { Authorization: `Bearer ${token}` } }),
      askAt("http://tickets.example/v1/me", { headers: { Authorization: "Bearer vgk_nonsense" } }),
      askAt("http://tickets.example/v1/shoppers", { method: "POST" }),
      askAt("http://tickets.example/api/auth/sign-in/email", json({ email, password: PASSWORD })),
      askAt("http://tickets.example/account", { method: "POST" }),
    ]) {
      const answer = await given;
      expect(answer.headers.getSetCookie()).toEqual([]);
      expect(await refusalOf(answer)).toBe("403 https_required");
    }
    const local = askAt("http://127.0.0.1:8787/v1/me", { headers: { Authorization: `Bearer ${token}` } });
    expect((await local).status).toBe(200);
  });
});
