// The front page, an organiser's page, what search engines request, and refusals as pages (rules S15 to S17).

import { describe, expect, it } from "vitest";
import { HOUR } from "../support/fixture.ts";
import { ask, BASE, bodyOf } from "../support/http.ts";
import { openIsolate } from "../support/isolate.ts";
import { openBrowser, openShop, textOf } from "./shop.ts";

const HTML = { headers: { Accept: "text/html" } };

describe("lists of events", () => {
  it("[S16] the front page and the sitemap have what is public and not over, and nothing else", async () => {
    const soon = await openShop([{ total: 1 }], { name: "Soon to come" });
    const live = await openShop([{ total: 1 }], { name: "Going on", status: "live", start_time: Date.now() - HOUR });
    const draft = await openShop([{ total: 1 }], { name: "Not yet told", status: "draft" });
    const past = await openShop([{ total: 1 }], {
      name: "Long over",
      ...{ status: "live" as const, start_time: 1, sale_start: 1, sale_end: 2, end_time: Date.now() - 1 },
    });
    // What was read before is kept for ten seconds.
    await expect.poll(async () => (await ask("GET", "/sitemap.xml")).text(), { timeout: 20_000 }).toContain(soon.path);
    const sitemap = await (await ask("GET", "/sitemap.xml")).text();
    const front = textOf((await openBrowser().open("/")).html);
    for (const { path, organizationId } of [soon, live]) {
      expect(sitemap).toContain(`<loc>https://tickets.example${path}</loc>`);
      expect(sitemap).toContain(`<loc>https://tickets.example/o/${organizationId}</loc>`);
    }
    for (const { path } of [draft, past]) expect(sitemap).not.toContain(path);
    expect([front.includes("Soon to come"), front.includes("Going on")]).toEqual([true, true]);
    expect([front.includes("Not yet told"), front.includes("Long over")]).toEqual([false, false]);
    const robots = await (await ask("GET", "/robots.txt")).text();
    expect(robots).toContain("Sitemap: https://tickets.example/sitemap.xml");
    for (const path of ["/b/", "/r/", "/t"]) expect(robots).toContain(`Disallow: ${path}\n`);
  });

  it("an organiser's page lists events and prices, says when there are none, and is 404 without organiser", async () => {
    const shop = await openShop(
      [
        { total: 1, price: 0 },
        { total: 1, price: 90_000 },
      ],
      { name: "Night of songs" },
    );
    const page = await openBrowser().open(`/o/${shop.organizationId}`);
    const text = textOf(page.html);
    for (const said of ["Organisation", "Night of songs", "Free – R 900,00", "Venue · Pretoria"])
      expect(text).toContain(said);
    const { organizationId } = await openShop([{ total: 1 }], { status: "draft" });
    const empty = await openBrowser().open(`/o/${organizationId}`);
    expect([empty.status, textOf(empty.html)]).toEqual([200, expect.stringContaining("No events are on sale")]);
    expect((await openBrowser().open("/o/nobody")).status).toBe(404);
  });

  it("[E7] [X5] an organiser's page without events queries D1 no more often than one with them", async () => {
    const { organizationId } = await openShop([{ total: 1 }], { status: "draft" });
    const { ask: askOne, counts } = openIsolate();
    const answers = await Promise.all(Array.from({ length: 10 }, () => askOne(`/o/${organizationId}`)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    // Its name with its id, and its events.
    expect(counts.statements).toBe(2);
  });
});

describe("a refusal", () => {
  it("of a page is a page with its status and a way on, in the reader's language", async () => {
    const page = await openBrowser({ "Accept-Language": "af" }).open("/nowhere");
    expect([page.status, page.headers.get("Content-Type")]).toEqual([404, "text/html; charset=UTF-8"]);
    expect(textOf(page.html)).toContain("Hierdie bladsy is nie hier nie");
    expect(page.html).toContain('href="/"');
    for (const [type, status] of [
      ["text/plain", 415],
      ["application/x-www-form-urlencoded", 404],
    ] as const) {
      const headers = { ...HTML.headers, Origin: BASE, "Content-Type": type };
      const answer = await ask("POST", "/t", { headers, raw: "link=x" });
      expect([answer.status, (await answer.text()).slice(0, 15)]).toEqual([status, "<!doctype html>"]);
    }
    const wrong = await ask("DELETE", "/docs", HTML);
    expect([wrong.status, wrong.headers.get("Allow")]).toEqual([405, "GET, HEAD"]);
    expect(await wrong.text()).toContain("<!doctype html>");
  });

  it("[S15] links to the other language on our own host, at the same tickets, and never to a dead page", async () => {
    const languageIn = async (path: string) =>
      /<a href="([^"]*)" lang="af"/.exec((await openBrowser().open(path)).html)?.[1] ?? null;
    for (const path of ["//evil.example/x", "///evil.example/x", "/\\evil.example/x"])
      expect(await languageIn(path)).toBe("/evil.example/x?lang=af");
    const order = `/r/ord_${"0".repeat(52)}`;
    expect(await languageIn(`${order}?from=21&not=x`)).toBe(`${order}?from=21&amp;lang=af`);
    expect(await languageIn(`${order}/cancel`)).toBe(`${order}?lang=af`);
  });

  it("of the API stays a problem, whatever is accepted, and so does one of a page for a program", async () => {
    expect(await bodyOf(await ask("GET", "/v1/nowhere", HTML))).toMatchObject({ code: "not_found" });
    expect(await bodyOf(await ask("GET", "/v1/me", HTML))).toMatchObject({ code: "unauthenticated" });
    expect(await bodyOf(await ask("GET", "/nowhere"))).toMatchObject({ code: "not_found" });
    expect(await bodyOf(await ask("GET", "/", { headers: { Accept: "application/json" } }))).toMatchObject({
      docs: "/docs",
    });
  });
});
