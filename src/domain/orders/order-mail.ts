// Writes the mail of an order in the order's language: plain text, each fact on its own line, and the same as HTML. A
// message that is missing in one language does not compile.

import type { Contact, Locale } from "./contact.ts";
import { formatMoney } from "../money.ts";
import { type MailPart, mailHtml } from "./order-mail-html.ts";
import { messageIdOf, type Order, type OrderStatus } from "./order.ts";
import { referenceOf } from "./reference.ts";
import { folded, unlinked } from "../text/text.ts";

/** The statuses about which an order's contact gets a mail. */
export type MailedStatus = Exclude<OrderStatus, "expired">;

/**
 * What the mail has from the catalogue, read when it is built. Times are epoch ms; `names` are those of ticket types by
 * their ids.
 */
export type MailedShow = {
  readonly event: string;
  readonly organizer: string;
  readonly startTime: number;
  readonly endTime: number;
  readonly paymentInstructions: string | null;
  readonly venue: string;
  readonly address: string | null;
  readonly city: string;
  readonly timezone: string;
  readonly names: Readonly<Record<string, string>>;
};

export type OrderMail = {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
};

type Messages = {
  readonly subject: Readonly<Record<MailedStatus, (event: string) => string>>;
  readonly greeting: (name: string) => string;
  readonly opening: Readonly<Record<MailedStatus, string>>;
  readonly when: string;
  readonly where: string;
  readonly tickets: string;
  readonly total: string;
  readonly reference: string;
  readonly until: string;
  readonly howToPay: string;
  readonly quoteReference: (reference: string) => string;
  readonly link: string;
  readonly open: string;
  readonly closing: (organizer: string) => string;
  readonly days: readonly string[];
  readonly months: readonly string[];
};

const MESSAGES: Readonly<Record<Locale, Messages>> = {
  en: {
    subject: {
      reserved: (event) => `Your order for ${event}`,
      confirmed: (event) => `Your tickets for ${event} are confirmed`,
      cancelled: (event) => `Your order for ${event} was cancelled`,
    },
    greeting: (name) => `Hello ${name},`,
    opening: {
      reserved: "Thank you. These tickets are reserved for you:",
      confirmed: "Your order is confirmed. These tickets are yours:",
      cancelled: "This order was cancelled, and its tickets were given back:",
    },
    when: "When",
    where: "Where",
    tickets: "Tickets",
    total: "Total",
    reference: "Reference",
    until: "Reserved until",
    howToPay: "How to pay",
    quoteReference: (reference) => `Please give the reference ${reference} with your payment.`,
    open: "Open your order",
    link: "Your order at any time; whoever has this link can read it, so keep it to yourself:",
    closing: (organizer) => `${organizer} sells these tickets.`,
    days: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
    months: [
      ...["January", "February", "March", "April", "May", "June"],
      ...["July", "August", "September", "October", "November", "December"],
    ],
  },
  af: {
    subject: {
      reserved: (event) => `Jou bestelling vir ${event}`,
      confirmed: (event) => `Jou kaartjies vir ${event} is bevestig`,
      cancelled: (event) => `Jou bestelling vir ${event} is gekanselleer`,
    },
    greeting: (name) => `Hallo ${name},`,
    opening: {
      reserved: "Dankie. Hierdie kaartjies is vir jou gereserveer:",
      confirmed: "Jou bestelling is bevestig. Hierdie kaartjies is joune:",
      cancelled: "Hierdie bestelling is gekanselleer, en die kaartjies is teruggegee:",
    },
    when: "Wanneer",
    where: "Waar",
    tickets: "Kaartjies",
    total: "Totaal",
    reference: "Verwysing",
    until: "Gereserveer tot",
    howToPay: "Hoe om te betaal",
    quoteReference: (reference) => `Gee asseblief die verwysing ${reference} saam met jou betaling.`,
    open: "Maak jou bestelling oop",
    link: "Jou bestelling, enige tyd; wie hierdie skakel het, kan dit lees, so hou dit vir jouself:",
    closing: (organizer) => `${organizer} verkoop hierdie kaartjies.`,
    days: ["Sondag", "Maandag", "Dinsdag", "Woensdag", "Donderdag", "Vrydag", "Saterdag"],
    months: [
      ...["Januarie", "Februarie", "Maart", "April", "Mei", "Junie"],
      ...["Julie", "Augustus", "September", "Oktober", "November", "Desember"],
    ],
  },
};

/** `link` is left out when none can be signed. The id is the same whenever the mail of this status is sent again. */
export function mailOf(
  order: Order,
  currency: string,
  contact: Contact,
  show: MailedShow,
  link: string | null,
): OrderMail {
  const texts = MESSAGES[order.locale];
  const status = mailedStatus(order.status);
  const money = (minor: number) => `${currency} ${formatMoney(minor)}`;
  const time = (at: number) => timeIn(texts, at, show.timezone);
  const event = folded(show.event);
  const place = [show.venue, show.address, show.city].flatMap((part) => (part ? [folded(part)] : []));
  const reference = referenceOf(order.id);
  const lines = order.items.map(
    ({ ticketTypeId, quantity, unitPrice, amount }) =>
      `  ${quantity} × ${folded(show.names[ticketTypeId] ?? ticketTypeId)}, ${money(unitPrice)} = ${money(amount)}`,
  );
  const paying = status === "reserved" && order.total > 0 ? show.paymentInstructions : null;
  const when = `${texts.when}: ${time(show.startTime)} – ${time(show.endTime)} (${show.timezone})`;
  const sums = [`${texts.total}: ${money(order.total)}`, `${texts.reference}: ${reference}`];
  const until = status === "reserved" ? [`${texts.until}: ${time(order.expiresAt)} (${show.timezone})`] : [];
  const all: MailPart[] = [
    { kind: "text", lines: [texts.greeting(unlinked(contact.name))] },
    { kind: "text", lines: [texts.opening[status]] },
    { kind: "show", lines: [event, when, `${texts.where}: ${place.join(", ")}`] },
    { kind: "tickets", lines: [`${texts.tickets}:`, ...lines, ...sums] },
    { kind: "text", lines: until },
    { kind: "paying", lines: paying === null ? [] : [`${texts.howToPay}:`, paying, texts.quoteReference(reference)] },
    { kind: "link", lines: link === null ? [] : [texts.link, link] },
    { kind: "text", lines: [texts.closing(folded(show.organizer))] },
  ];
  const parts = all.filter((part) => part.lines.length > 0);
  const subject = texts.subject[status](event);
  return {
    id: messageIdOf(order.id, status),
    to: contact.email,
    subject,
    text: `${parts.map((part) => part.lines.join("\n")).join("\n\n")}\n`,
    html: mailHtml({ locale: order.locale, subject, parts, open: texts.open }),
  };
}

/** Nobody is mailed about an order that expired. */
function mailedStatus(status: OrderStatus): MailedStatus {
  if (status === "expired") throw new Error("an expired order is not mailed");
  return status;
}

/**
 * `Saturday 5 December 2026, 18:00` in the zone of the venue. The names are our own, since a runtime may lack those of a
 * language.
 */
function timeIn(texts: Messages, at: number, timeZone: string): string {
  const numeric = { year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" } as const;
  const format = new Intl.DateTimeFormat("en-GB", { ...numeric, hourCycle: "h23", timeZone });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const [year, month, day] = (["year", "month", "day"] as const).map((part) => Number(parts.get(part)));
  const weekday = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day)).getUTCDay();
  return `${texts.days[weekday]} ${day} ${texts.months[(month ?? 1) - 1]} ${year}, ${parts.get("hour")}:${parts.get("minute")}`;
}
