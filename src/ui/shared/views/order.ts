// Draws the page of an order: its state, how to pay, and its tickets. And the page of one ticket.

import type { OrderStatus } from "../../../domain/orders/order.ts";
import { showMoney } from "../money.ts";
import type { Wording } from "../texts/texts.ts";
import { showInstant } from "../time/time.ts";
import { qrView } from "./qr.ts";
import { type Notice, noticeView, placeOf, type Show, whenWhereView } from "./show.ts";
import { h, type View } from "./tree.ts";

/** Money in minor units, times epoch ms. */
export type ShownOrder = {
  readonly reference: string;
  readonly status: OrderStatus;
  readonly items: readonly {
    readonly name: string;
    readonly quantity: number;
    readonly amount: number;
    readonly returned: number;
  }[];
  readonly total: number;
  readonly currency: string;
  readonly expiresAt: number;
  readonly contact: { readonly name: string; readonly email: string } | null;
};

/** `code`: the modules of the QR code; null when the ticket has none, or when it cannot be shown just now. */
export type ShownTicket = {
  readonly number: number;
  readonly typeName: string;
  readonly serial: string;
  readonly isVoid: boolean;
  readonly isBlocked: boolean;
  readonly code: { readonly rows: readonly (readonly boolean[])[]; readonly typed: string } | null;
  /** The ticket's own link, with which the buyer can pass it on; null where that is not offered. */
  readonly link: string | null;
};

export type OrderPage = {
  readonly wording: Wording;
  readonly show: Show;
  readonly now: number;
  readonly order: ShownOrder;
  /** The organiser's own text. */
  readonly howToPay: string | null;
  readonly tickets: readonly ShownTicket[];
  readonly ticketCount: number;
  readonly moreHref: string | null;
  readonly eventHref: string | null;
  readonly calendarHref: string | null;
  /** The paths of the buyer's forms; null for a reader who only has the link. */
  readonly cancelAction: string | null;
  readonly confirmAction: string | null;
  readonly orderLink: string | null;
  readonly notices: readonly Notice[];
};

export function orderView(page: OrderPage): View {
  const { wording, show, order, notices, eventHref } = page;
  const { t } = wording;
  const isFree = order.total === 0;
  const lead = order.status === "reserved" && isFree ? t.order.lead.reservedFree : t.order.lead[order.status];
  return h(
    "main",
    { class: "page stack", id: "main", "data-status": order.status },
    h(
      "div",
      { class: "stack stack-tight" },
      h("p", { class: "muted no-print" }, eventHref === null ? show.name : h("a", { href: eventHref }, show.name)),
      h("h1", { class: order.status === "confirmed" ? "no-print" : null }, t.order.heading[order.status]),
      h("p", { class: "lead muted no-print" }, lead),
    ),
    notices.map(noticeView),
    order.status === "reserved" && payView(page),
    order.status === "reserved" && page.confirmAction !== null && confirmView(page),
    order.status === "confirmed" && ticketsView(page),
    factsView(page),
    page.orderLink !== null && order.status !== "cancelled" && order.status !== "expired" && linkView(page),
    order.status === "reserved" && page.cancelAction !== null && cancelView(page),
  );
}

const statusTag = {
  reserved: "tag tag-warn",
  confirmed: "tag tag-good",
  cancelled: "tag",
  expired: "tag tag-bad",
} as const;

function moneyOf({ locale, t }: Wording, minor: number, currency: string): string {
  return minor === 0 ? t.free : showMoney(locale, minor, currency);
}

function payView({ wording, show, order, howToPay }: OrderPage): View {
  const { t } = wording;
  const until = showInstant(placeOf(wording, show), order.expiresAt);
  if (order.total === 0) return h("p", { class: "notice" }, t.order.keptUntil(until));
  return h(
    "section",
    { class: "card stack pay", "aria-labelledby": "pay" },
    h("h2", { id: "pay" }, t.order.howToPay),
    h(
      "dl",
      { class: "facts" },
      h("dt", {}, t.order.amount),
      h("dd", { class: "strong money" }, moneyOf(wording, order.total, order.currency)),
      h("dt", {}, t.order.reference),
      h("dd", { class: "strong code" }, order.reference),
    ),
    h("p", {}, h("strong", {}, t.order.payBy(until))),
    howToPay === null
      ? h("p", {}, t.order.noWay(show.organizer.name))
      : h(
          "div",
          { class: "quoted" },
          howToPay.split("\n").flatMap((line, index) => (index === 0 ? [line] : [h("br"), line])),
        ),
    h("p", { class: "muted small" }, t.order.quote, " ", h("span", { class: "code" }, order.reference)),
    h("p", { class: "muted small", "data-by-itself": "no" }, t.order.reload),
    h("p", { class: "muted small", "data-by-itself": "yes", hidden: true }, t.order.byItself),
  );
}

function confirmView({ wording, confirmAction }: OrderPage): View {
  const { order } = wording.t;
  return h(
    "form",
    { class: "notice row row-apart", method: "post", action: confirmAction },
    h("span", { class: "small" }, order.confirmDemoMore),
    h("button", { class: "button" }, order.confirmDemo),
  );
}

function cancelView({ wording, cancelAction }: OrderPage): View {
  const { order } = wording.t;
  return h(
    "form",
    { class: "row row-apart no-print", method: "post", action: cancelAction },
    h("span", { class: "muted small" }, order.cancelMore),
    h("button", { class: "button button-quiet" }, order.cancel),
  );
}

function factsView(page: OrderPage): View {
  const { wording, show, order, now, calendarHref } = page;
  const { t } = wording;
  return h(
    "section",
    { class: "card stack no-print", "aria-labelledby": "what" },
    h(
      "div",
      { class: "row row-apart" },
      h("h2", { id: "what" }, t.order.what),
      h("span", { class: statusTag[order.status] }, t.order.status[order.status]),
    ),
    h(
      "ul",
      { class: "offers" },
      order.items.map((item) => itemView(page, item)),
    ),
    h(
      "p",
      { class: "row row-apart total" },
      h("span", { class: "strong" }, t.order.total),
      h("strong", { class: "money" }, moneyOf(wording, order.total, order.currency)),
    ),
    h("hr"),
    whenWhereView(wording, show, now, [
      h("dt", {}, t.order.reference),
      h("dd", { class: "code" }, order.reference),
      order.contact && [
        h("dt", {}, t.order.for),
        h("dd", {}, order.contact.name, h("span", { class: "line muted small" }, order.contact.email)),
      ],
    ]),
    calendarHref !== null &&
      h("p", {}, h("a", { href: calendarHref, download: `${show.slug}.ics` }, t.eventPage.calendar)),
  );
}

function itemView({ wording, order }: OrderPage, item: ShownOrder["items"][number]): View {
  return h(
    "li",
    { class: "row row-apart offer" },
    h(
      "span",
      {},
      `${item.quantity} × ${item.name}`,
      item.returned > 0 && [" ", h("span", { class: "tag" }, wording.t.order.returned(item.returned))],
    ),
    h("span", { class: "money" }, moneyOf(wording, item.amount, order.currency)),
  );
}

function linkView({ wording, orderLink }: OrderPage): View {
  const { order } = wording.t;
  return h(
    "section",
    { class: "stack stack-tight no-print", "aria-labelledby": "elsewhere" },
    h("h2", { id: "elsewhere" }, order.anotherDevice),
    h("p", { class: "muted small" }, order.anotherDeviceMore),
    h("p", {}, h("a", { href: orderLink }, order.openLink)),
  );
}

function ticketsView(page: OrderPage): View {
  const { wording, tickets, moreHref } = page;
  const { order } = wording.t;
  return h(
    "div",
    { class: "stack tickets" },
    tickets.map((ticket) => ticketView(page, ticket)),
    moreHref !== null &&
      h("p", { class: "no-print" }, h("a", { class: "button button-quiet", href: moreHref }, order.next)),
    h("p", { class: "muted small no-print" }, order.print),
  );
}

type Around = Pick<OrderPage, "wording" | "show" | "now" | "ticketCount">;

/** A ticket, which is printed on a page of its own. */
function ticketView({ wording, show, ticketCount, now }: Around, ticket: ShownTicket): View {
  const { order } = wording.t;
  const { number, typeName, serial } = ticket;
  return h(
    "article",
    {
      class: ticket.isVoid ? "card ticket ticket-void" : "card ticket",
      "aria-label": order.ticketOf(number, ticketCount),
    },
    h(
      "div",
      { class: "stack stack-tight ticket-what" },
      h("p", { class: "muted small" }, order.ticketOf(number, ticketCount)),
      h("h2", {}, show.name),
      h("p", { class: "strong ticket-type" }, typeName),
      whenWhereView(wording, show, now),
      h("p", { class: "muted small" }, `${order.serial} `, h("span", { class: "code" }, serial)),
    ),
    h("div", { class: "stack stack-tight ticket-code" }, codeView(wording, ticket)),
    ticket.link !== null &&
      !ticket.isVoid &&
      h(
        "p",
        { class: "small no-print ticket-link" },
        h("a", { href: ticket.link }, order.give),
        h("span", { class: "line muted" }, order.giveMore),
      ),
  );
}

function codeView(wording: Wording, { isVoid, isBlocked, code, number }: ShownTicket): View {
  const { order } = wording.t;
  if (isVoid) return h("p", { class: "notice notice-bad" }, order.void);
  return [
    isBlocked && h("p", { class: "notice notice-warn" }, order.blocked),
    code === null
      ? h("p", { class: "notice" }, order.later)
      : [
          qrView(code.rows, order.codeAlt(number)),
          h("p", { class: "muted small" }, order.typed, h("span", { class: "line code typed" }, code.typed)),
        ],
  ];
}

/** The ticket that a link shows. */
export function oneTicketView(around: Around, ticket: ShownTicket): View {
  const { wording } = around;
  return h(
    "main",
    { class: "page stack", id: "main" },
    h("h1", { class: "no-print" }, wording.t.ticket.title),
    h("div", { class: "tickets" }, ticketView(around, ticket)),
    h("p", { class: "muted small no-print" }, wording.t.ticket.keep),
  );
}
