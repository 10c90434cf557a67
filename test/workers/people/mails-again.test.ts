// A mail that the platform does not take, over its daily quota for instance, is kept and sent again (rule P9).

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { sendMails } from "../../../src/app/jobs/send-mails.ts";
import { sweepPeople } from "../../../src/app/jobs/sweep-people.ts";
import { type Mail, openMailer, type SendMail } from "../../../src/auth/mailer.ts";
import { openDb } from "../../../src/db/client.ts";
import { takeDueMails } from "../../../src/db/outbox/mail-outbox.ts";
import { invitations, outbox, verifications } from "../../../src/db/schema/people.ts";
import { INVITATION_MS, PASSWORD_LINK_MS } from "../../../src/domain/limits.ts";
import { cronAt } from "../support/catalogue.ts";
import { db, HOUR, seedShow } from "../support/fixture.ts";
import { ask, bodyOf } from "../support/http.ts";
import { linkAfter, post, setPassword, signedInAs } from "../support/auth/people.ts";

const MINUTE = 60_000;
const MAIL: Mail = { to: "a@example.com", subject: "Subject", text: "Text" };
let logged: string[];
let address = 0;
const fresh = (): string => `kept${++address}@example.com`;

beforeEach(async () => {
  await db.delete(outbox);
  logged = [];
  vi.spyOn(console, "error").mockImplementation((line) => void logged.push(String(line)));
});

const quotaIsUsedUp = { send: (mail: { to: string }) => Promise.reject(new Error(`daily quota, <${mail.to}>`)) };
const FAILING = { MAIL: quotaIsUsedUp as unknown as SendEmail, MAIL_FROM: "tickets@example.com" };

/** Fails to send it, and returns when it was kept. */
async function keep(mail: Mail = MAIL): Promise<number> {
  await openMailer(FAILING, db)(mail);
  return (await keptFor(mail.to)).at(-1)?.created_at ?? 0;
}

/** Hands a mail that waits for a reader to the job, as one that was not taken; returns when. */
async function failed(recipient: string): Promise<number> {
  const at = Date.now();
  await db
    .update(outbox)
    .set({ again_at: at + MINUTE })
    .where(eq(outbox.recipient, recipient));
  return at;
}

/** The cron runs; returns whom it sent a mail. */
async function sentAt(now: number, way: SendMail = () => Promise.resolve()): Promise<string[]> {
  const sent: string[] = [];
  const sendMail: SendMail = async (mail) => {
    await way(mail);
    sent.push(mail.to);
  };
  await sendMails(cronAt(now, { sendMail }));
  return sent;
}
const keptFor = (recipient: string) => db.select().from(outbox).where(eq(outbox.recipient, recipient));

describe("a mail that is not taken", () => {
  it("[P9] is kept, and sent once from a minute later on; the log has neither its text nor its address", async () => {
    const at = await keep();
    expect(await sentAt(at + MINUTE - 1)).toEqual([]);
    expect(await sentAt(at + MINUTE)).toEqual([MAIL.to]);
    expect(await sentAt(at + 2 * HOUR)).toEqual([]);
    expect(await keptFor(MAIL.to)).toEqual([]);
    expect(logged.map((line) => JSON.parse(line) as object)).toEqual([
      { level: "error", event: "mail_failed", error: "Error: daily quota, <(an address)>" },
    ]);
  });

  it("[P9] is sent again after 1, 2, 4, 8, 16, 32 minutes, and then every hour", async () => {
    let at = await keep();
    const pauses: number[] = [];
    const refused: SendMail = () => Promise.reject(new Error("daily quota"));
    for (let n = 0; n < 9; n++) {
      const [row] = await keptFor(MAIL.to);
      const due = row?.again_at ?? 0;
      pauses.push((due - at) / MINUTE);
      at = due;
      expect(await sentAt(at - 1)).toEqual([]);
      await sentAt(at, refused);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(logged).toHaveLength(10);
  });

  it("[P9] is sent at least once: by a later run when the sender died, and by one of two runs at once", async () => {
    const at = await keep();
    expect(await takeDueMails(db, at + MINUTE, 10)).toHaveLength(1);
    const both = await Promise.all([sentAt(at + 3 * MINUTE), sentAt(at + 3 * MINUTE)]);
    expect(both.flat()).toEqual([MAIL.to]);
  });

  it("[P9] holds up no other, and one to which the mailer never replies counts as failed", async () => {
    const at = await keep();
    await keep({ ...MAIL, to: "b@example.com" });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const called = Promise.withResolvers<void>();
      const sent = sentAt(at + 2 * MINUTE, ({ to }) => {
        if (to !== MAIL.to) return Promise.resolve();
        called.resolve();
        return new Promise(() => undefined);
      });
      await called.promise;
      await vi.advanceTimersByTimeAsync(10_000);
      expect(await sent).toEqual(["b@example.com"]);
    } finally {
      vi.useRealTimers();
    }
    expect(await keptFor(MAIL.to)).toMatchObject([{ failures: 1 }]);
  });

  it("[P9] is a line of its own when it cannot be kept either", async () => {
    const away = openDb({
      prepare: () => ({ bind: () => ({ run: () => Promise.reject(new Error("D1_ERROR")) }) }),
    } as never);
    await openMailer(FAILING, away)(MAIL);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('"mail_lost"');
    expect(logged[0]).not.toContain(MAIL.to);
  });

  it("[P9] is not sent by an installation without a way, nor when it rests on nothing and is a day old", async () => {
    const at = await keep();
    await sendMails(cronAt(at + MINUTE));
    expect(await keptFor(MAIL.to)).toMatchObject([{ failures: 0 }]);
    expect(await sentAt(at + 24 * HOUR)).toEqual([]);
    await sweepPeople(cronAt(at + 24 * HOUR - 1));
    expect(await keptFor(MAIL.to)).toHaveLength(1);
    await sweepPeople(cronAt(at + 24 * HOUR));
    expect(await keptFor(MAIL.to)).toEqual([]);
  });
});

describe("a link that sets a password, whose mail was not taken", () => {
  const signUp = async () => {
    const email = fresh();
    await post("sign-up/email", { name: "A Person", email });
    return { email, token: await linkAfter(1, email), at: await failed(email) };
  };

  it("[P9] is sent while it is valid, to the millisecond, and then deleted", async () => {
    const { email } = await signUp();
    const link = await db.select().from(verifications);
    const end = Math.max(...link.map(({ expires_at }) => expires_at.getTime()));
    expect(end - Date.now()).toBeLessThanOrEqual(PASSWORD_LINK_MS);
    expect(await sentAt(end)).toEqual([]);
    expect(await sentAt(end - 1)).toEqual([email]);
    const later = await signUp();
    await sweepPeople(cronAt(later.at + PASSWORD_LINK_MS + 1));
    expect(await keptFor(later.email)).toEqual([]);
  });

  it("[P9] is not sent once it was used or replaced", async () => {
    const used = await signUp();
    expect((await setPassword(used.token)).status).toBe(200);
    const replaced = await signUp();
    await post("request-password-reset", { email: replaced.email });
    await linkAfter(2, replaced.email);
    expect(await sentAt(used.at + 2 * MINUTE)).toEqual([]);
    await sweepPeople(cronAt(used.at + 2 * MINUTE));
    expect(await keptFor(used.email)).toEqual([]);
    expect(await keptFor(replaced.email)).toMatchObject([{ again_at: null }]);
  });
});

describe("an invitation whose mail was not taken", () => {
  async function invited() {
    const { organizationId } = await seedShow([]);
    const owner = await signedInAs(organizationId, "owner");
    const email = fresh();
    const answer = await ask("POST", "/v1/invitations", { token: owner.token, json: { email, role: "staff" } });
    const { id } = await bodyOf(answer);
    await expect.poll(() => keptFor(email)).toHaveLength(1);
    return { owner, email, id: String(id), at: await failed(email) };
  }

  it("[P9] is sent for as long as it is open, also days later", async () => {
    const { email, id } = await invited();
    const [row] = await db
      .select()
      .from(invitations)
      .where(eq(invitations.id, id as never));
    const end = row?.expires_at ?? 0;
    await sweepPeople(cronAt(end - INVITATION_MS + 25 * HOUR));
    expect(await sentAt(end)).toEqual([]);
    expect(await sentAt(end - 1)).toEqual([email]);
  });

  it("[P9] is not sent once it was withdrawn", async () => {
    const { owner, email, id, at } = await invited();
    expect((await ask("DELETE", `/v1/invitations/${id}`, { token: owner.token })).status).toBe(204);
    expect(await sentAt(at + MINUTE)).toEqual([]);
    await sweepPeople(cronAt(at + MINUTE));
    expect(await keptFor(email)).toEqual([]);
  });
});

it("[P9] the cron sends by the platform's binding", async () => {
  const at = await keep();
  await db.update(outbox).set({ again_at: at });
  const sent: unknown[] = [];
  const { runCron } = await import("../../../src/app/jobs/cron.ts");
  const bindings = Object.assign(Object.create(env) as Env, {
    ...FAILING,
    MAIL: { send: (mail: unknown) => Promise.resolve(sent.push(mail)) },
  });
  await runCron(bindings, { waitUntil: () => undefined });
  expect(sent).toEqual([{ from: FAILING.MAIL_FROM, ...MAIL }]);
});
