// A repeat of the request that duplicated a draft, after the draft was deleted.

import { expect, it } from "vitest";
import { created, eventBody, newVenue, openTenant } from "../../support/catalogue.ts";
import { ask, bodyOf, idOf, refusalOf } from "../../support/http.ts";

it("[E13] a repeat finds what was made of a draft that was deleted since, by its key alone", async () => {
  const tenant = await openTenant();
  const { token } = tenant;
  const source = await created("/v1/events", token, eventBody(await newVenue(tenant)));
  const json = { start_time: "2027-02-06T17:00:00Z" };
  const duplicate = (key?: string, body: object = json) =>
    ask("POST", `/v1/events/${source}/duplicate`, { token, json: body, ...(key !== undefined && { key }) });
  const first = await idOf(duplicate("once"));
  const { headers } = await ask("GET", `/v1/events/${source}`, { token });
  const deleted = await ask("DELETE", `/v1/events/${source}`, {
    token,
    headers: { "If-Match": headers.get("ETag") ?? "" },
  });
  expect(deleted.status).toBe(204);
  const again = await duplicate("once");
  expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([201, "true"]);
  expect((await bodyOf(again))["id"]).toBe(first);
  expect(await refusalOf(duplicate())).toBe("404 not_found");
  expect(await refusalOf(duplicate("another"))).toBe("404 not_found");
  expect(await refusalOf(duplicate("once", { start_time: "2027-03-06T17:00:00Z" }))).toBe("404 not_found");
});
