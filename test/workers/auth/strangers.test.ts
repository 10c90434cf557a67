// What somebody learns who has no right to it: of ids whether they exist, of addresses whether they have an account.

import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { holdIdFrom, parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { app } from "../../../src/http/app.ts";
import { guessEndsAt } from "../../../src/http/middleware/limits/rate-limit-sign-in.ts";
import { newDraft, openTenant, published, type Tenant } from "../support/catalogue.ts";
import { fatedD1 } from "../support/faults.ts";
import { apiKey, ask, bodyOf, hold, requestFor, shopper } from "../support/http.ts";
import { linkAfter, mailsTo, PASSWORD, person, post } from "../support/auth/people.ts";

/** A response without what is of this request alone. */
async function seen(answer: Response) {
  const { request_id: _, ...body } = await bodyOf(answer);
  return [answer.status, body];
}
const holdOf = (typeId: string) => {
  const id = must(parseId("tt", typeId), "it was made by us");
  return `/v1/holds/${holdIdFrom(id, newId("shp"), "k", () => new Uint8Array(16))}`;
};

it("[T3] a draft's ticket type, another organisation's and a missing one look the same to outsiders", async () => {
  const tenant: Tenant = await openTenant();
  const { eventId, typeId } = await newDraft(tenant);
  const none = { eventId: newId("evt"), typeId: newId("tt") };
  const { token } = await shopper();
  const basket = (event: string, type: string) => {
    const json = { items: [{ ticket_type_id: type, quantity: 1 }] };
    return ask("POST", `/v1/events/${event}/holds`, { token, key: crypto.randomUUID(), json });
  };
  const swap = (type: string) =>
    hold(type, token, { quantity: 1, replaces: holdOf(typeId).slice("/v1/holds/".length) });
  const requests = (type: string): Promise<Response>[] => [
    hold(type, token),
    swap(type),
    ask("GET", holdOf(type), { token }),
    ask("DELETE", holdOf(type), { token }),
    ask("POST", `${holdOf(type)}/extend`, { token, key: "k" }),
  ];
  const all = async (type: string) => Promise.all((await Promise.all(requests(type))).map(seen));
  expect(await all(typeId)).toEqual(await all(none.typeId));
  const ofBasket = async (event: string, type: string) =>
    JSON.stringify(await seen(await basket(event, type))).replaceAll(type, "it");
  expect(await ofBasket(eventId, typeId)).toBe(await ofBasket(none.eventId, none.typeId));
  const own = await hold(typeId, tenant.token, { quantity: 1, source: "scanner" });
  expect(await bodyOf(own), "its own organisation sees why").toMatchObject({ reason: "event_not_published" });
  const other = await apiKey((await openTenant()).organizationId, "owner");
  const theirs = await published(tenant);
  for (const type of [typeId, theirs.typeId, none.typeId])
    expect(await seen(await ask("GET", holdOf(type), { token: other.token }))).toEqual(
      await seen(await ask("GET", holdOf(none.typeId), { token: other.token })),
    );
});

/** The calls to D1 until the response, while the mail that may come of it never goes out. */
async function callsOf(path: string, json: object): Promise<string[]> {
  const calls: string[] = [];
  const DB = fatedD1(env.DB, (call) => {
    calls.push(call);
    return "done";
  });
  const MAIL = { send: () => new Promise<never>(() => undefined) } as unknown as SendEmail;
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
  const request = requestFor("POST", `/api/auth/${path}`, { json });
  const answer = await app.fetch(request, { ...env, DB, MAIL, MAIL_FROM: "a@example.com" }, context);
  expect([answer.status, await answer.json()]).toEqual([200, { status: true }]);
  return calls;
}

it.each(["sign-up/email", "request-password-reset"])(
  "[P6] %s calls D1 as often for an address with an account as for one without, and waits for no mail",
  async (path) => {
    const known = (await person({ password: PASSWORD })).email;
    const waiting = `waiting-${path.slice(0, 4)}@example.com`;
    await post("sign-up/email", { name: "A", email: waiting });
    await linkAfter(1, waiting);
    const body = (email: string) => (path === "sign-up/email" ? { name: "A", email } : { email });
    const [unknown, ...others] = [
      await callsOf(path, body("never-heard-of@example.com")),
      await callsOf(path, body(known)),
      await callsOf(path, body(waiting)),
    ];
    expect(unknown?.length).toBeGreaterThan(0);
    for (const other of others) expect(other).toEqual(unknown);
    expect((await mailsTo(known)).length).toBe(0);
  },
);

it("[P6] a guess gets its response after whole half seconds, one at least, however long its work took", () => {
  expect([0, 1, 499, 500, 501, 1_000, 1_001].map((took) => guessEndsAt(7, 7 + took) - 7)).toEqual([
    500, 500, 500, 500, 1_000, 1_000, 1_500,
  ]);
});
