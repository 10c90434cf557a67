// Draws pages that a link opens whose secret is behind its `#`: the script of such a page (storefront/by-link.ts) sends
// it in a body, and shows the answer. Without JavaScript the page says what to do.

import type { Wording } from "../texts/texts.ts";
import { h, type View } from "./tree.ts";

/** The script finds this page by `data-open`, which is the path to which it sends the secret. */
export function byLinkView(wording: Wording, kind: "order" | "ticket", action: string): View {
  const { order, ticket } = wording.t;
  const texts =
    kind === "order"
      ? {
          title: order.closedTitle,
          none: order.closed,
          more: order.closedMore,
          opening: order.opening,
          wrong: order.linkWrong,
        }
      : { title: ticket.title, none: ticket.none, more: null, opening: ticket.opening, wrong: ticket.wrong };
  return h(
    "main",
    { class: "page stack", id: "main", "data-open": action },
    h("h1", {}, texts.title),
    h("p", { "data-when": "none" }, texts.none),
    texts.more !== null && h("p", { class: "muted", "data-when": "none" }, texts.more),
    h("p", { role: "status", "data-when": "opening", hidden: true }, texts.opening),
    h("p", { class: "notice notice-bad", role: "alert", "data-when": "wrong", hidden: true }, texts.wrong),
    h(
      "p",
      { class: "notice notice-warn", role: "alert", "data-when": "busy", hidden: true },
      wording.t.problem.linkBusy,
    ),
    // Shown only without JavaScript: the script removes it at once. The text above says the same on the page of an order.
    kind === "ticket" && h("p", { class: "notice", "data-when": "without" }, ticket.noScript),
  );
}

/** A page of a few words, with a link to go on. */
export function wordsView(
  title: string,
  words: readonly View[],
  on: { readonly href: string; readonly text: string },
): View {
  return h(
    "main",
    { class: "page stack", id: "main" },
    h("h1", {}, title),
    words.map((each) => h("p", {}, each)),
    h("p", {}, h("a", { class: "button", href: on.href }, on.text)),
  );
}
