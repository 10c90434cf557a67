// Every route by which somebody without a credential of an organisation can name something, found from the router's
// lists: a route that is added without the limit on unknown ids fails here (rule X5).

import { expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { imageIdFrom } from "../../../src/domain/image/image-id.ts";
import { refusalOf, shopper } from "../support/http.ts";
import { openIsolate } from "../support/isolate.ts";
import { ADDRESS, allow, from, inventedHold, inventedOrder, objects } from "../support/misses.ts";
import { CASES, PUBLIC, type Resources } from "../support/auth/routes.ts";

/** A route that takes no id and no body names nothing: a shopper's own orders. */
const names = (route: string) => route.includes("{") || CASES[route]?.body !== undefined;
const BY_SHOPPERS = Object.keys(CASES).filter((route) => CASES[route]?.also === "shopper" && names(route));
const BY_ANYBODY = PUBLIC.filter((route) => route.includes(" /v1/") && route.includes("{"));
const inventedTicket = () => `tkt_${inventedOrder().slice(4)}01`;
const INVENTED: Readonly<Record<string, () => string>> = {
  "ticket-types": () => newId("tt"),
  holds: inventedHold,
  orders: inventedOrder,
  tickets: inventedTicket,
  events: () => newId("evt"),
  images: () => imageIdFrom("0".repeat(64)),
  organizations: () => `nobody-${newId("org").slice(4)}`,
};

const unknown: Resources = {
  ...{
    ven: newId("ven"),
    gate: newId("gate"),
    evt: newId("evt"),
    sale: newId("evt"),
    tt: newId("tt"),
    hold: inventedHold(),
  },
  ...{
    ord: inventedOrder(),
    tkt: inventedTicket(),
    key: newId("key"),
    crew: newId("crew"),
    dev: newId("dev"),
    mem: newId("mem"),
    inv: newId("inv"),
  },
};

function inventedPath(route: string): string {
  const path = route.slice(route.indexOf(" ") + 1);
  const named = path.replace(
    /\/([a-z-]+)\/\{\w+\}/,
    (_, kind: string) => `/${kind}/${INVENTED[kind]?.() ?? "nothing"}`,
  );
  return named.replace(/\{\w+\}/, "nothing");
}

it.each([...BY_SHOPPERS, ...BY_ANYBODY])(
  "[X5] %s refuses an invented id before D1 or an object is called",
  async (route) => {
    const [method = ""] = route.split(" ");
    const { ask, counts } = openIsolate();
    const body = CASES[route]?.body?.(unknown);
    const { token } = await shopper();
    const keys = allow(0);
    const started = await objects();
    const request = {
      ...from(ADDRESS, route.endsWith("/live") ? { Upgrade: "websocket" } : {}),
      ...(BY_SHOPPERS.includes(route) && { token }),
      ...(method === "POST" && { key: "k" }),
      ...(body && { json: body }),
    };
    expect(await refusalOf(ask(inventedPath(route), request, method))).toBe("429 rate_limited");
    expect([keys, counts.statements, await objects()]).toEqual([[ADDRESS], 0, started]);
  },
);
