// The page of an event (rules S1, S11, S12, S15, S16): what it shows, and what its form does.

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { makeFormField } from "../../../src/auth/links/form-fields.ts";
import { organizations } from "../../../src/db/schema/catalogue.ts";
import { imageIdFrom } from "../../../src/domain/image/image-id.ts";
import { must } from "../../../src/domain/result.ts";
import { countsOf, db, held, HOUR } from "../support/fixture.ts";
import { ask, BASE, shopper } from "../support/http.ts";
import { openBrowser, openShop, textOf } from "./shop.ts";

const RANDOM = new Uint8Array(16).fill(7);
const typeOf = (show: { typeIds: readonly string[] }, index = 0) => must(show.typeIds[index], "it was made") as never;

describe("the page of an event", () => {
  it("[S1] is one whole response for this reader alone, without a cookie, and without D1 once it is known", async () => {
    const show = await openShop([{ total: 100, name: "General" }], { name: "Night of songs" });
    const browser = openBrowser();
    const first = await browser.open(show.path);
    expect([first.status, first.headers.get("Cache-Control")]).toEqual([200, "private, no-store"]);
    expect(first.html.startsWith("<!doctype html>")).toBe(true);
    expect(first.html.endsWith("</html>")).toBe(true);
    expect(textOf(first.html)).toContain("Night of songs");
    expect(browser.cookies.size).toBe(0);
    const queries = vi.spyOn(env.DB, "prepare");
    expect((await browser.open(show.path)).status).toBe(200);
    expect(queries).not.toHaveBeenCalled();
  });

  it("[S1] has names and descriptions as text, whatever they say, and a field of its own each time", async () => {
    const attack = `</script><script>alert(1)</script><img src=x onerror="alert(2)">`;
    const types = [{ total: 9, name: attack, description: attack }];
    const show = await openShop(types, { name: attack, description: `${attack}\n\nSecond paragraph` });
    const [one, two] = [await openBrowser().open(show.path), await openBrowser().open(show.path)];
    expect(one.html).not.toContain("<img");
    const scripts = [...one.html.matchAll(/<script( type="[^"]+"| src="[^"]+")*>/g)].map(([tag]) => tag);
    expect(scripts, "our own file, the data for machines, and no other").toEqual([
      expect.stringMatching(/ld\+json|shop-script/),
      expect.stringMatching(/ld\+json|shop-script/),
    ]);
    expect(textOf(one.html)).toContain(attack);
    const fields = [one, two].map(({ html }) => /name="field" value="([^"]+)"/.exec(html)?.[1]);
    expect(fields[0]).toMatch(/^vgf_/);
    expect(fields[0]).not.toBe(fields[1]);
  });

  it("[E10] [E11] [S16] shows the image and description as the organiser made them, and machines text", async () => {
    const image = { image_id: imageIdFrom("a".repeat(64)), image_width: 1_200, image_height: 630, image_alt: "A & B" };
    const description = {
      description: "# Who\n\n*Two* & one",
      description_html: "<h3>Who</h3><p><em>Two</em> &amp; one</p>",
    };
    const show = await openShop([{ total: 9 }], { ...image, ...description });
    const { html } = await openBrowser().open(show.path);
    const src = `/v1/public/images/img_${"a".repeat(64)}`;
    expect(html).toContain(`<img class="event-image" src="${src}" alt="A &amp; B" width="1200" height="630">`);
    expect(html).toContain(`property="og:image" content="${BASE}${src}"`);
    expect(html).toContain(description.description_html);
    expect(html).toContain('<meta name="description" content="Who">');
    const data = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(html)?.[1] ?? "{}") as object;
    expect(data).toMatchObject({ image: [BASE + src], description: "Who\n\nTwo & one" });
  });

  it("[E11] has the organisation's image where the event has none", async () => {
    const show = await openShop([{ total: 9 }]);
    const own = { image_id: imageIdFrom("b".repeat(64)), image_width: 10, image_height: 10 };
    await db.update(organizations).set(own).where(eq(organizations.id, show.organizationId));
    expect((await openBrowser().open(show.path)).html).toContain(`img_${"b".repeat(64)}" alt="" width="10"`);
  });

  it("[E12] has buttons of the event's colour, else of the organisation's, by a sheet that browsers keep", async () => {
    const show = await openShop([{ total: 9 }], { accent_color: "#ffe600" });
    const plain = await openShop([{ total: 9 }]);
    await db.update(organizations).set({ accent_color: "#a8003c" });
    const sheetOf = async (path: string) =>
      /href="(\/accent\/[^"]*)"/.exec((await openBrowser().open(path)).html)?.[1] ?? "none";
    expect([await sheetOf(show.path), await sheetOf(plain.path)]).toEqual(["/accent/ffe600.css", "/accent/a8003c.css"]);
    const sheet = await ask("GET", "/accent/ffe600.css");
    expect(sheet.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
    expect(await sheet.text()).toContain("--vg-button:#ffe600;--vg-on-button:#000000;");
    expect(await (await ask("GET", "/accent/a8003c.css")).text()).toContain("--vg-on-button:#ffffff;");
    for (const name of ["ffe60.css", "FFE600.css", "ffe600", "ffe600.css.css", "gggggg.css", "ffe600;}.css"])
      expect((await ask("GET", `/accent/${encodeURIComponent(name)}`)).status).toBe(404);
  });

  it.each([
    ["a draft", { status: "draft" as const }],
    [
      "one that is over",
      { status: "live" as const, start_time: 1, end_time: Date.now() - 1, sale_start: 1, sale_end: 2 },
    ],
  ])("[S16] of %s is not there, and neither is it in the sitemap", async (_, event) => {
    const show = await openShop([{ total: 1 }], event);
    const page = await openBrowser().open(show.path);
    expect([page.status, page.headers.get("Content-Type")]).toEqual([404, "text/html; charset=UTF-8"]);
    expect(await (await ask("GET", "/sitemap.xml")).text()).not.toContain(show.organizationId);
  });

  it("[S16] leaves out hidden types, and shows machines what readers see", async () => {
    const now = Date.now();
    const show = await openShop([
      { total: 100, name: "Plain" },
      { total: 5, name: "Secret", hidden: true },
      { total: 100, name: "Later", sale_start: now + HOUR },
      { total: 100, name: "Past", sale_start: now - HOUR, sale_end: now - 1 },
      { total: 19, name: "Few" },
      { total: 2, name: "Taken" },
    ]);
    await held(typeOf(show, 5), (await shopper()).id, 2);
    const page = await openBrowser().open(show.path);
    expect(page.html).not.toContain("Secret");
    const data = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(page.html)?.[1] ?? "{}") as {
      offers: { name: string; availability: string; price: string }[];
    };
    const offers = data.offers.map(({ name, availability, price }) => [name, availability.split("/").at(-1), price]);
    expect(offers.sort()).toEqual([
      ["Few", "LimitedAvailability", "150.00"],
      ["Later", "PreOrder", "150.00"],
      ["Past", "OutOfStock", "150.00"],
      ["Plain", "InStock", "150.00"],
      ["Taken", "LimitedAvailability", "150.00"],
    ]);
    expect(data).toMatchObject({ "@type": "Event", url: `https://tickets.example${show.path}` });
    expect(page.html).toContain(`<link rel="canonical" href="https://tickets.example${show.path}">`);
    const text = textOf(page.html);
    for (const said of ["19 left", "Sale closed", "All are in baskets; up to 2 may come back", "On sale from"])
      expect(text).toContain(said);
  });

  it("[S15] is in Afrikaans on request, by the address before the browser, without a word of English", async () => {
    const show = await openShop([{ total: 3, name: "Algemeen" }], { name: "Aand" });
    const page = await openBrowser({ "Accept-Language": "de, af;q=0.8, en;q=0.7" }).open(show.path);
    expect(page.html).toContain('<html lang="af">');
    const text = textOf(page.html);
    expect(text).toContain("Kies jou kaartjies");
    expect(text).not.toMatch(/\b(the|your|tickets|available|left|when|where|doors)\b/i);
    expect((await openBrowser({ "Accept-Language": "af" }).open(`${show.path}?lang=en`)).html).toContain(
      '<html lang="en">',
    );
    expect((await openBrowser({ "Accept-Language": "xx, en-ZA;q=0.1" }).open(show.path)).html).toContain(
      '<html lang="en">',
    );
  });

  it("[S14] gives its entry for a calendar, in which no text ends a line", async () => {
    const show = await openShop([{ total: 1 }], { name: "Night, of; songs\nSUMMARY:other" });
    const answer = await ask("GET", `${show.path}/event.ics`);
    const text = await answer.text();
    expect(answer.headers.get("Content-Type")).toBe("text/calendar; charset=utf-8");
    expect(text.split("\r\n")).toContain(String.raw`SUMMARY:Night\, of\; songs\nSUMMARY:other`);
    expect(text).toMatch(/\r\nDTSTART:\d{8}T\d{6}Z\r\n/);
  });
});

describe("the form of an event", () => {
  it("[S1] [S12] holds what can be held, leads to the basket by 303, and says there what was refused", async () => {
    const show = await openShop([
      { total: 5, name: "General" },
      { total: 1, name: "VIP" },
    ]);
    const [general, vip] = show.typeIds;
    const browser = openBrowser();
    const page = await browser.open(show.path);
    await held(typeOf(show, 1), (await shopper()).id, 1);
    const answer = await browser.submit(page, { fields: { [`n_${general}`]: "2", [`n_${vip}`]: "1" } });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("Cache-Control")).toBe("private, no-store");
    const cookies = answer.headers.getSetCookie();
    expect(cookies).toHaveLength(2);
    for (const cookie of cookies) expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    const basket = textOf((await browser.open(answer.headers.get("Location") ?? "")).html);
    expect(basket).toContain("Not all could be kept for you VIP: None are left at the moment.");
    expect(basket).toContain("General");
    expect(await countsOf(typeOf(show))).toMatchObject({ held: 2 });
    expect([...browser.cookies.keys()].sort()).toEqual([
      `__Host-voelgoed.basket.${show.eventId.slice(4)}`,
      "__Host-voelgoed.shopper",
    ]);
  });

  it("[S1] [S5] that is sent five times at once, without a cookie, is one shopper and one hold", async () => {
    const show = await openShop([{ total: 50 }]);
    const page = await openBrowser().open(show.path);
    const twins = Array.from({ length: 5 }, () => openBrowser());
    const sent = await Promise.all(
      twins.map((browser) => browser.submit(page, { fields: { [`n_${show.typeIds[0]}`]: "3" } })),
    );
    expect(sent.map(({ status }) => status)).toEqual([303, 303, 303, 303, 303]);
    expect(await countsOf(typeOf(show))).toMatchObject({ held: 3 });
    const shoppers = new Set(twins.map(({ cookies }) => [...cookies].sort().join()));
    expect(new Set([...shoppers].map((each) => each.replace(/voelgoed\.shopper,[^,]*/, ""))).size).toBe(1);
    const [first] = twins;
    const basket = await must(first, "there are five").open(show.basketPath);
    expect(textOf(basket.html)).toContain("R 450,00");
  });

  it("[S1] that comes again when its hold was given back leads to a fresh form that says so", async () => {
    const show = await openShop([{ total: 50 }]);
    const browser = openBrowser();
    const page = await browser.open(show.path);
    const fields = { [`n_${show.typeIds[0]}`]: "1" };
    const basket = await browser.press(page, { fields });
    await browser.press(basket, { button: "release_all" });
    const again = await browser.press(page, { fields });
    expect(again.path).toBe(`${show.path}?said=given_back`);
    expect(textOf(again.html)).toContain("You gave those tickets back.");
    expect(await countsOf(typeOf(show))).toMatchObject({ held: 0 });
  });

  it("[S1] is refused from another origin, from none, and as no form, and holds nothing", async () => {
    const show = await openShop([{ total: 50 }]);
    const browser = openBrowser();
    const page = await browser.open(show.path);
    const fields = { [`n_${show.typeIds[0]}`]: "1" };
    for (const origin of ["https://evil.example", "null", "https://tickets.example.evil.example", ""]) {
      const answer = await browser.submit(page, { fields, origin });
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
    }
    const headers = { Accept: "text/html", Origin: "https://tickets.example" };
    expect((await ask("POST", show.path, { headers, json: fields })).status).toBe(415);
    expect(await countsOf(typeOf(show))).toMatchObject({ held: 0 });
  });

  it("[S1] takes no field that is not ours, or is a day old, and says so with a fresh one", async () => {
    const show = await openShop([{ total: 50 }]);
    const browser = openBrowser();
    const page = await browser.open(show.path);
    const day = 24 * HOUR;
    const at = (age: number) => must(makeFormField(env, RANDOM, Date.now() - age), "there is a secret");
    const send = (field: string) => browser.submit(page, { fields: { field, [`n_${show.typeIds[0]}`]: "1" } });
    for (const field of ["", "vgf_x", `${at(0).slice(0, -4)}AAAA`, at(day + 1_000)]) {
      const answer = await send(field);
      expect([answer.status, textOf(answer.html).includes("open for a long time")]).toEqual([409, true]);
    }
    expect(await countsOf(typeOf(show))).toMatchObject({ held: 0 });
    expect((await send(at(day - 60_000))).status).toBe(303);
  });

  it("[S12] says why nothing could be held, and what was chosen is chosen still", async () => {
    const show = await openShop([{ total: 9, name: "General", max_per_order: 4 }]);
    const browser = openBrowser();
    const page = await browser.open(show.path);
    const none = await browser.submit(page, { fields: { [`n_${show.typeIds[0]}`]: "0" } });
    expect([none.status, textOf(none.html).includes("Choose how many tickets you want")]).toEqual([422, true]);
    const many = await browser.submit(page, { fields: { [`n_${show.typeIds[0]}`]: "5" } });
    expect([many.status, textOf(many.html)]).toEqual([
      409,
      expect.stringContaining("General: You can take 1 to 4 of them"),
    ]);
    expect(many.html).toContain('<option value="4" selected>');
    expect(await countsOf(typeOf(show))).toMatchObject({ held: 0 });
  });
});
