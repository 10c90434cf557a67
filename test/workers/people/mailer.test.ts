// The way of a mail: by the platform where a binding and a sender are configured, else into the outbox.

import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { invite } from "../../../src/auth/people/mail-texts.ts";
import { openMailer } from "../../../src/auth/mailer.ts";
import { sweepPeople } from "../../../src/app/jobs/sweep-people.ts";
import { outbox } from "../../../src/db/schema/people.ts";
import { cronAt } from "../support/catalogue.ts";
import { db, HOUR } from "../support/fixture.ts";

const MAIL = { to: "mailer@example.com", subject: "Subject", text: "Text" };
const OURS = eq(outbox.recipient, MAIL.to);
/** Only ours, since a request of another test may still be writing its own. */
const kept = async () =>
  (await db.select().from(outbox).where(OURS)).map(({ recipient, subject, body }) => [recipient, subject, body]);
const binding = (send: (mail: unknown) => Promise<unknown>) => ({ send }) as unknown as SendEmail;

it("goes by the binding with the sender's address, and then into no outbox", async () => {
  const sent: unknown[] = [];
  const send = binding((mail) => Promise.resolve(sent.push(mail)));
  await openMailer({ MAIL: send, MAIL_FROM: "tickets@example.com" }, db)(MAIL);
  expect(sent).toEqual([{ from: "tickets@example.com", ...MAIL }]);
  expect(await kept()).toEqual([]);
});

it("[X9] has its subject on one line, whatever a name in it carries: no header of its own begins there", async () => {
  const sent: unknown[] = [];
  const send = binding((mail) => Promise.resolve(sent.push(mail)));
  const mail = invite("a@example.com", "Evil\r\nBcc: b@example.com\u001b[2J", "viewer", "https://tickets.example");
  await openMailer({ MAIL: send, MAIL_FROM: "tickets@example.com" }, db)(mail);
  expect(sent).toMatchObject([{ subject: "An invitation to VoelgoedEvents" }]);
  expect(mail.text.split("\n")[0]).toMatch(/^The organisation "Evil Bcc: b example.com \[2J" invites you to work/);
  await openMailer({ MAIL: send, MAIL_FROM: "tickets@example.com" }, db)({ ...MAIL, subject: "A\nB" });
  expect(sent[1]).toMatchObject({ subject: "A B" });
});

it("waits in the outbox without a binding or without a sender, for a day", async () => {
  await openMailer({ MAIL_FROM: "tickets@example.com" }, db)(MAIL);
  await openMailer({ MAIL: binding(() => Promise.reject(new Error("not asked"))), MAIL_FROM: "" }, db)(MAIL);
  expect(await kept()).toEqual([1, 2].map(() => [MAIL.to, MAIL.subject, MAIL.text]));
  const [first] = await db.select().from(outbox).where(OURS);
  const written = first?.created_at ?? 0;
  await sweepPeople(cronAt(written + 24 * HOUR - 1));
  expect(await kept()).toHaveLength(2);
  await db.update(outbox).set({ created_at: written }).where(OURS);
  await sweepPeople(cronAt(written + 24 * HOUR));
  expect(await kept()).toEqual([]);
});

it.each([
  ["St. Mary's Hall", '"St. Mary\'s Hall"'],
  ["Verify at https://evil.example/login now", '"Verify at https evil example login now"'],
  ["www.evil.example", '"www evil example"'],
  ["mail a@evil.example", '"mail a evil example"'],
  ["x".repeat(200), `"${"x".repeat(80)}…"`],
])(
  "[P7] an invitation shows the organisation's name %j as %s, of which no mail program makes a link",
  (name, shown) => {
    const { subject, text } = invite("a@example.com", name, "viewer", "https://tickets.example/account#invitation=x");
    expect(subject).toBe("An invitation to VoelgoedEvents");
    expect(text.split("\n")[0]).toBe(
      `The organisation ${shown} invites you to work with it on VoelgoedEvents, as viewer. Open this link to accept:`,
    );
  },
);
