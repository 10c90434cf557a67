// Guesses at one account and mails to one mailbox, from as many network addresses as one likes (rule P6).
// @module-tag slow

import { describe, expect, it, vi } from "vitest";
import { KNOWN_DEVICE_MS } from "../../../../src/auth/people/known-device.ts";
import { HOUR } from "../../support/fixture.ts";
import { type Asked, refusalOf, saysToWait } from "../../support/http.ts";
import {
  linkAfter,
  mailsTo,
  PASSWORD,
  type Person,
  person,
  post,
  sessionIn,
  setPassword,
  signIn,
} from "../../support/auth/people.ts";

const WRONG = "a wrong password";
/** The `n`th network of one /48, or of the /48 after it. */
const network = (n: number, site = "2001:db8:1"): Asked => ({
  headers: { "CF-Connecting-IP": `${site}:${n.toString(16)}::1` },
});
const statusesOf = (answers: Response[]) => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
const tryAll = async (count: number, send: (n: number) => Promise<Response>) => {
  const answers: Response[] = [];
  for (let n = 0; n < count; n += 34)
    answers.push(...(await Promise.all(Array.from({ length: Math.min(34, count - n) }, (_, i) => send(n + i)))));
  return answers;
};
/** Each is counted before its body is read, which spares the hash of a password. */
const guessAt = (email: string, count: number) =>
  tryAll(count, (n) => post("sign-in/email", { email, password: WRONG, more: true }, network(n)));
/** The cookie by which a browser is known to the account, as a response sets it. */
function deviceOf(answer: Response): string {
  const set = answer.headers.getSetCookie().find((each) => each.includes("known_device="));
  return set?.split(";")[0] ?? "none";
}
const withCookie = (cookie: string, asked: Asked = {}): Asked => ({
  headers: { ...asked.headers, Cookie: cookie, Origin: "https://tickets.example" },
});

describe("tries of a password at one account", () => {
  it("[P6] are 100 an hour from all networks together, and open again when the hour is over", async () => {
    const { email } = await person({ password: PASSWORD });
    const begun = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(begun);
    expect(statusesOf(await guessAt(email, 102))).toEqual({ 400: 100, 429: 2 });
    const owner = await signIn(email, PASSWORD, network(1, "2001:db8:2"));
    expect([owner.status, saysToWait(owner, 3_600)]).toEqual([429, true]);
    clock.mockReturnValue(begun + HOUR - 1);
    expect((await signIn(email, PASSWORD, network(2, "2001:db8:2"))).status).toBe(429);
    clock.mockReturnValue(begun + HOUR);
    expect((await signIn(email, PASSWORD, network(3, "2001:db8:2"))).status).toBe(200);
  });

  it("[P6] by others keep nobody out of a browser in which they have signed in or set their password", async () => {
    const [mine, other] = [await person({ password: PASSWORD }), await person({ password: PASSWORD })];
    const here: Asked = { headers: { "CF-Connecting-IP": "192.0.2.99" } };
    const cookie = deviceOf(await signIn(mine.email, PASSWORD, here));
    const ofAnother = deviceOf(await signIn(other.email));
    await guessAt(mine.email, 100);
    // Also behind the same address, which ten wrong tries have shut.
    for (let n = 0; n < 10; n++) await signIn(mine.email, WRONG, here);
    const from = (value: string) => signIn(mine.email, PASSWORD, withCookie(value, here));
    expect((await from("a=b")).status).toBe(429);
    expect((await from(ofAnother)).status, "known to another account").toBe(429);
    expect((await from(`${cookie}x`)).status).toBe(429);
    expect((await from(cookie.replace(/=\d/, "=9"))).status, "with another end").toBe(429);
    expect((await from(`a=b; ${cookie}`)).status).toBe(200);
    await post("request-password-reset", { email: mine.email });
    const set = await setPassword(await linkAfter(1, mine.email), "another long password");
    const again = withCookie(deviceOf(set), here);
    expect((await signIn(mine.email, "another long password", again)).status).toBe(200);
  });

  it("[P6] from a known browser are 10 in 10 minutes, and known it is for 180 days", async () => {
    const { email }: Person = await person({ password: PASSWORD });
    const begun = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(begun);
    const cookie = deviceOf(await signIn(email));
    const tries = await tryAll(12, (n) => signIn(email, WRONG, withCookie(cookie, network(n))));
    expect(statusesOf(tries)).toEqual({ 401: 10, 429: 2 });
    clock.mockReturnValue(begun + KNOWN_DEVICE_MS - 1);
    await guessAt(email, 100);
    expect((await signIn(email, PASSWORD, withCookie(cookie))).status).toBe(200);
    clock.mockReturnValue(begun + KNOWN_DEVICE_MS);
    expect((await signIn(email, PASSWORD, withCookie(cookie))).status).toBe(429);
  });

  it("[P6] of a /48 are 300 a minute, whatever the account and the network in it", async () => {
    const reset = (n: number, site = "2001:db8:9") =>
      post("request-password-reset", { email: `nobody${n}@example.com` }, network(n, site));
    vi.spyOn(Date, "now").mockReturnValue(Date.now());
    expect(statusesOf(await tryAll(302, reset))).toEqual({ 200: 300, 429: 2 });
    expect((await reset(303, "2001:db8:3")).status).toBe(200);
  });
});

describe("mails to one mailbox", () => {
  it.each([
    ["that has an account", async () => (await person({ password: PASSWORD })).email, "request-password-reset"],
    ["that has an account, and is signed up for again", async () => (await person()).email, "sign-up/email"],
    ["that has none", () => Promise.resolve("a-stranger@example.com"), "sign-up/email"],
  ])("[P6] %s are 5 an hour from all networks together: past that the response is the same", async (_, of, path) => {
    const email = await of();
    const begun = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(begun);
    const body = path === "sign-up/email" ? { name: "V", email } : { email };
    const send = (n: number) => post(path, body, network(n, "2001:db8:4"));
    const answers = await tryAll(15, send);
    const texts = new Set(await Promise.all(answers.map((answer) => answer.text())));
    expect([statusesOf(answers), [...texts]]).toEqual([{ 200: 15 }, ['{"status":true}']]);
    await expect.poll(async () => (await mailsTo(email)).length).toBe(5);
    clock.mockReturnValue(begun + HOUR - 1);
    await send(16);
    clock.mockReturnValue(begun + HOUR);
    await send(17);
    await expect.poll(async () => (await mailsTo(email)).length).toBe(6);
  });

  it("[P6] past those change nothing: the link of the last that came is good", async () => {
    const { email } = await person({ password: PASSWORD });
    for (let n = 0; n < 7; n++) await post("request-password-reset", { email }, network(n, "2001:db8:5"));
    expect(await refusalOf(setPassword("nonsense", "another long password"))).toMatch(/^undefined INVALID_TOKEN/);
    expect((await setPassword(await linkAfter(5, email), "another long password")).status).toBe(200);
  });
});

describe("a password that took the place of another", () => {
  const REPORT = "Your password was changed";
  const reports = async (email: string) =>
    (await mailsTo(email)).map(({ subject }) => subject).filter((subject) => subject === REPORT).length;
  const change = (token: string, currentPassword: string, newPassword: string) =>
    post("change-password", { currentPassword, newPassword }, { token });

  it("[P6] is mailed to its owner, by link and by change, also past the hourly limit; a first one is not", async () => {
    const email = "reported@example.com";
    await post("sign-up/email", { name: "V", email });
    expect((await setPassword(await linkAfter(1, email))).status).toBe(200);
    for (let n = 1; n < 7; n++) await post("request-password-reset", { email }, network(n, "2001:db8:6"));
    const link = await linkAfter(5, email);
    expect(await reports(email), "nothing was there before").toBe(0);
    expect((await setPassword(link, "another long password")).status).toBe(200);
    await expect.poll(() => reports(email)).toBe(1);
    const token = sessionIn(await signIn(email, "another long password"));
    expect((await change(token, WRONG, PASSWORD)).status).toBe(400);
    expect((await setPassword(link, PASSWORD)).status, "the link was used").toBe(400);
    expect((await change(token, "another long password", PASSWORD)).status).toBe(200);
    await expect.poll(() => reports(email)).toBe(2);
  });

  it("[P6] has its tries by who is signed in counted with the others at the account", async () => {
    const { email } = await person({ password: PASSWORD });
    const token = sessionIn(await signIn(email));
    await guessAt(email, 99);
    expect(await refusalOf(change(token, WRONG, "another long password"))).toBe("429 rate_limited");
    expect((await mailsTo(email)).length).toBe(0);
  });
});
