// A browser without JavaScript, as far as the shop sees one: it keeps cookies, reads forms and sends them.

import { exports } from "cloudflare:workers";
import { seedShow } from "../support/fixture.ts";
import { BASE, requestFor } from "../support/http.ts";

export type Opened = {
  readonly status: number;
  readonly html: string;
  readonly headers: Headers;
  readonly path: string;
};
/** `fields` go over those that the form has, `button` is the value of the one that is pressed. */
type Filled = {
  readonly fields?: Readonly<Record<string, string>>;
  readonly button?: string;
  readonly origin?: string;
};

const UNESCAPED: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
const unescaped = (text: string) => text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => UNESCAPED[name] ?? "");

function attributesOf(tag: string): Map<string, string> {
  return new Map(
    [...tag.matchAll(/ ([\w-]+)(?:="([^"]*)")?/g)].map(([, name = "", value = ""]) => [name, unescaped(value)]),
  );
}

/** What a form would send as it is, and where. The first form of the page, or the one whose action ends so. */
export function formOf(html: string, ending = "") {
  const forms = [...html.matchAll(/<form ([^>]*)>([\s\S]*?)<\/form>/g)];
  const found = forms.find(([, head = ""]) => attributesOf(` ${head}`).get("action")?.split("?")[0]?.endsWith(ending));
  if (!found) throw new Error(`no form in ${html.slice(0, 2_000)}`);
  const [, head = "", inner = ""] = found;
  const sent: [string, string][] = [];
  for (const [tag] of inner.matchAll(/<input[^>]*>/g)) {
    const own = attributesOf(tag);
    if (own.has("name")) sent.push([own.get("name") ?? "", own.get("value") ?? ""]);
  }
  for (const [, select = "", options = ""] of inner.matchAll(/<select([^>]*)>([\s\S]*?)<\/select>/g)) {
    const chosen =
      /<option value="([^"]*)" selected>/.exec(options)?.[1] ?? /<option value="([^"]*)"/.exec(options)?.[1];
    sent.push([attributesOf(select).get("name") ?? "", chosen ?? ""]);
  }
  return { action: attributesOf(` ${head}`).get("action") ?? "", sent };
}

export function openBrowser(standing: Readonly<Record<string, string>> = {}) {
  const cookies = new Map<string, string>();
  const address = { "CF-Connecting-IP": `192.0.2.${Math.floor(Math.random() * 250)}` };

  async function send(method: string, path: string, body?: URLSearchParams, origin: string = BASE): Promise<Opened> {
    const headers = {
      ...address,
      Accept: "text/html,application/xhtml+xml",
      ...standing,
      ...(cookies.size > 0 && { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") }),
      ...(body && { Origin: origin, "Content-Type": "application/x-www-form-urlencoded" }),
    };
    const request = requestFor(method, path, { headers, ...(body && { raw: body.toString() }) });
    const answer = await exports.default.fetch(new Request(request, { redirect: "manual" }));
    for (const each of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (each.split(";")[0] ?? "").split(/=(.*)/s);
      if (/max-age=0/i.test(each)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return { status: answer.status, html: await answer.text(), headers: answer.headers, path };
  }

  /** Sends a form of the page, without going where the response leads. */
  function submit(page: Opened, filled: Filled = {}, ending = ""): Promise<Opened> {
    const { action, sent } = formOf(page.html, ending);
    const body = new URLSearchParams(sent);
    for (const [name, value] of Object.entries(filled.fields ?? {})) body.set(name, value);
    if (filled.button !== undefined) body.set("do", filled.button);
    return send("POST", action, body, filled.origin);
  }

  const open = (path: string) => send("GET", path);
  return {
    cookies,
    open,
    submit,
    post: (path: string, fields: Readonly<Record<string, string>>, origin?: string) =>
      send("POST", path, new URLSearchParams(fields), origin),
    /** Sends a form, and goes where the response leads, which must be somewhere. */
    async press(page: Opened, filled: Filled = {}, ending = ""): Promise<Opened> {
      const answer = await submit(page, filled, ending);
      if (answer.status !== 303) throw new Error(`${answer.status} ${answer.html}`);
      return open(answer.headers.get("Location") ?? "");
    },
  };
}

/** An event on sale that has names for its address, with one type for each of `types`. */
export async function openShop(types: Parameters<typeof seedShow>[0], event: Parameters<typeof seedShow>[1] = {}) {
  const show = await seedShow(types, event);
  const path = `/e/${show.organizationId}/${event.slug ?? "event"}`;
  return { ...show, path, basketPath: `/b/${show.eventId}` };
}

/** A shopper with so many of each type in the basket. */
export async function withBasket(shop: Awaited<ReturnType<typeof openShop>>, ...amounts: number[]) {
  const browser = openBrowser();
  const page = await browser.open(shop.path);
  const fields = Object.fromEntries(amounts.map((n, index) => [`n_${shop.typeIds[index]}`, String(n)]));
  return { browser, page, fields, basket: await browser.press(page, { fields }) };
}

/** The holds that a basket shows. */
export function holdsOf({ html }: Opened): string[] {
  return [...html.matchAll(/name="hold" value="([^"]+)"/g)].map(([, id = ""]) => id);
}

export const DETAILS = { name: "A shopper of note", email: "shopper@example.com", phone: "" };

/** What a reader sees of a page: its text without markup. */
export function textOf(html: string): string {
  const body = html.replace(/^[\s\S]*<body>/, "").replace(/<(script|template)[\s\S]*?<\/\1>/g, "");
  return unescaped(body.replace(/<[^>]+>/g, " "))
    .replace(/\s+/g, " ")
    .trim();
}
