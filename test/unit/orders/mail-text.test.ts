// What the mails of orders say.

import { describe, expect, test } from "vitest";
import { LOCALES } from "../../../src/domain/orders/contact.ts";
import { mailOf, type MailedShow } from "../../../src/domain/orders/order-mail.ts";
import type { OrderStatus } from "../../../src/domain/orders/order.ts";
import { must } from "../../../src/domain/result.ts";
import { htmlAsText } from "../../../src/domain/text/plain-html.ts";
import { CONTACT, TICKET_TYPE } from "../../support/builders.ts";
import { orderOf, ordered } from "../../support/ledger/order.ts";

const order = must(orderOf(ordered()), "it was made");
const SHOW: MailedShow = {
  event: "An open-air concert",
  organizer: "The organiser",
  startTime: Date.UTC(2026, 11, 5, 16),
  endTime: Date.UTC(2026, 11, 5, 22, 30),
  paymentInstructions: "Pay to account 123.\nWithin a day.",
  venue: "The park",
  address: "1 Park Road",
  city: "Pretoria",
  timezone: "Africa/Johannesburg",
  names: { [TICKET_TYPE]: "General" },
};
const LINK = "https://tickets.example/r/ord_x#vgo_x";
const mail = (status: OrderStatus, changes: object = {}, show: Partial<MailedShow> = {}, link: string | null = LINK) =>
  mailOf({ ...order, status, ...changes }, "ZAR", CONTACT, { ...SHOW, ...show }, link);

describe("[O14] the mail of an order", () => {
  test.each([
    ["Verify at https://evil.example/login now", "Verify at https evil example login now"],
    ["www.evil.example", "www evil example"],
    ["mail a@evil.example", "mail a evil example"],
    ["x".repeat(200), `${"x".repeat(80)}…`],
    ["👋".repeat(81), `${"👋".repeat(80)}…`],
    ["A. Buyer-Smith, Dr.", "A. Buyer-Smith, Dr."],
  ])("greets %j as %j: a buyer can send no text and no link of their own to another's address", (name, shown) => {
    const { text } = mailOf(order, "ZAR", { ...CONTACT, name }, SHOW, null);
    expect(text.split("\n")[0]).toBe(`Hello ${shown},`);
    expect(text).not.toContain("evil.example");
    expect(mailOf(order, "ZAR", { ...CONTACT, name }, SHOW, null).html).not.toContain("evil.example");
  });

  test("has what, when, where, how many, the price, reference, deadline, how to pay, and a link", () => {
    const { to, subject, text } = mail("reserved", { expiresAt: Date.UTC(2026, 10, 29, 9, 15), total: 45_000 });
    expect([to, subject]).toEqual([CONTACT.email, "Your order for An open-air concert"]);
    for (const part of [
      `Hello ${CONTACT.name},`,
      "When: Saturday 5 December 2026, 18:00 – Sunday 6 December 2026, 00:30 (Africa/Johannesburg)",
      "Where: The park, 1 Park Road, Pretoria",
      "× General, ZAR 150.00 = ",
      "Total: ZAR 450.00",
      "Reserved until: Sunday 29 November 2026, 11:15 (Africa/Johannesburg)",
      "Pay to account 123.\nWithin a day.",
      LINK,
      "The organiser sells these tickets.",
    ])
      expect(text).toContain(part);
    expect(text).toMatch(/Reference: [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}\n/);
    expect(text).not.toMatch(/<[a-z]|undefined|null|NaN/);
  });

  test("is in the language of the order, each fact of it", () => {
    const { subject, text } = mail("reserved", { locale: "af", total: 1 });
    expect(subject).toBe("Jou bestelling vir An open-air concert");
    expect(text).toContain("Wanneer: Saterdag 5 Desember 2026, 18:00 – Sondag 6 Desember 2026, 00:30");
    expect(text).not.toMatch(/When|Where|Total|Reserved|Reference:|sells/);
  });

  test.each(LOCALES)("says in %s by its subject and opening which of the three it is", (locale) => {
    const mails = (["reserved", "confirmed", "cancelled"] as const).map((status) => mail(status, { locale }));
    expect(new Set(mails.map(({ subject }) => subject)).size).toBe(3);
    expect(mails.map(({ id }) => id)).toEqual([
      `${order.id}.reserved`,
      `${order.id}.confirmed`,
      `${order.id}.cancelled`,
    ]);
    for (const { text } of mails.slice(1)) expect(text).not.toContain("account 123");
  });

  test("contains no demand for payment for free tickets, or without instructions", () => {
    expect(mail("reserved", { total: 0 }).text).not.toContain("account 123");
    expect(mail("reserved", { total: 1 }, { paymentInstructions: null }).text).not.toMatch(/How to pay/);
    expect(mail("reserved", {}, {}, null).text).not.toMatch(/link/);
  });

  test("[X9] has each name on one line, so that none makes a line of its own", () => {
    const { subject, text } = mail(
      "confirmed",
      {},
      { event: "A\r\nBcc: b@example.com", venue: "B\nTotal: 0", names: {} },
    );
    expect(subject).toBe("Your tickets for A Bcc: b@example.com are confirmed");
    expect(text).not.toMatch(/^(Bcc|Total: 0)/m);
  });
});

describe("[O14] the mail as HTML", () => {
  const shownIn = (html: string) =>
    htmlAsText(html.replaceAll(/<\/(?:h1|div)>/g, "<br>").replace(/<title>.*?<\/title>/, ""));

  test.each(LOCALES)("says in %s what its text says, and its link is one that can be pressed", (locale) => {
    const { text, html } = mail("reserved", { locale });
    expect(html).toContain(`<html lang="${locale}">`);
    expect(html).toContain(`<a href="${LINK}"`);
    for (const line of text.split("\n").filter((each) => each !== "" && each !== LINK))
      expect(shownIn(html)).toContain(line.trim());
  });

  test("has every text escaped, and loads nothing", () => {
    const attack = `<img src=x onerror=alert(1)>"'&`;
    const { html } = mail(
      "reserved",
      {},
      { event: attack, venue: attack, organizer: attack, paymentInstructions: attack },
    );
    expect(html).not.toMatch(/<(?:img|script|style|link|iframe)|url\(|src=x(?! onerror=alert\(1\)&gt;)/);
    expect(shownIn(html)).toContain(attack);
  });

  test("without a page to lead to shows the link as a text", () => {
    const { html } = mail("confirmed", {}, {}, "vgo_x");
    expect([html.includes("<a "), html.includes("vgo_x")]).toEqual([false, true]);
  });
});
