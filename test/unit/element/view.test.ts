// What the element shows, in each state and language, and what its one file weighs.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { insideShadow } from "../../../src/cli/build/build-element.ts";
import { UI } from "../../../src/cli/build/build-ui.ts";
import { type ElementModel, elementView, needsLink, shownPart } from "../../../src/ui/element/element-view.ts";
import { buyingTextsIn } from "../../../src/ui/shared/texts/buying-texts.ts";
import { writeText } from "../../../src/ui/shared/views/write-text.ts";
import { EVENT, holdOf } from "./buying.ts";

const NOTHING_YET = { event: null, failed: null, holds: [], order: null, isBusy: false, waiting: null } as const;
const STATE = { ...NOTHING_YET, event: EVENT };
const HELD = { hold: holdOf("hold_a"), endsAt: 125_000 };
const ORDER = { id: "ord_1", reference: "7K3F-9QZ2-M4Z", link: "vgo_x" };

const MODEL: ElementModel = {
  ...{
    origin: "https://tickets.example",
    wording: await buyingTextsIn("en"),
    state: STATE,
    counts: new Map(),
    mode: "basket",
  },
  ...{ remembers: true, chosen: {}, details: { name: "", email: "", phone: "" }, wrong: [], notices: [] },
  ...{ announced: "", now: Date.UTC(2026, 10, 30), clock: 0 },
};
const shown = (changes: Partial<ElementModel>) => writeText(elementView({ ...MODEL, ...changes }));

describe("the element", () => {
  test("[S2] shows the form of our own pages: the choice, then the basket, then the order", () => {
    expect(shown({})).toContain('name="n_tt_one"');
    const basket = shown({ state: { ...STATE, holds: [HELD] } });
    expect(basket).toContain('name="n_hold_a"');
    expect(basket).toContain("2 min 5 s left");
    const ordered = shown({ state: { ...STATE, order: ORDER } });
    expect(ordered).toContain('href="https://tickets.example/r/ord_1?lang=en#vgo_x"');
    expect(ordered).not.toContain("<form");
  });

  test("[S3] leaves the host's own link where it does not sell itself, and only there", () => {
    const links = [
      NOTHING_YET,
      { ...STATE, failed: "unreachable" },
      { ...STATE, waiting: { facts: null } },
      STATE,
    ] as const;
    expect(links.map(needsLink)).toEqual([true, true, true, false]);
    expect(shown({ state: { ...NOTHING_YET, failed: "gone" } })).toContain("not on sale any more");
  });

  test("[S4] says so where a basket is not kept", () => {
    const state = { ...STATE, holds: [HELD] };
    expect(shown({ state, remembers: false })).toContain("gone when you leave this page");
    expect(shown({ state })).not.toContain("gone when you leave this page");
  });

  test("[S10] keeps what was typed while nothing is held, and offers to get the tickets back", () => {
    const state = { ...STATE, holds: [{ hold: holdOf("hold_a", { status: "expired" }), endsAt: 0 }] };
    const text = shown({ state, details: { name: "A shopper", email: "a@b.co", phone: "" } });
    expect(text).toContain('<input type="hidden" name="name" value="A shopper">');
    expect(text).toContain("Get them back");
  });

  test("[S11] says how many are left as the counts have it, and that all are in baskets", () => {
    const counts = (held: number, available: number) => new Map([["tt_one", { status: "available", held, available }]]);
    expect(shown({ counts: counts(0, 12) })).toContain("12 left");
    expect(shown({ counts: counts(3, 0) })).toContain("up to 3 may come back");
  });

  test("more tickets are chosen beside a basket, and a basket with something in it comes before an order", () => {
    const both = { ...STATE, holds: [HELD], order: ORDER };
    expect([shownPart(both, "basket"), shownPart(both, "choose")]).toEqual(["basket", "choose"]);
  });

  test("[S15] speaks Afrikaans without a word of English", async () => {
    const said = await buyingTextsIn("af");
    const event = {
      ...EVENT,
      name: "X",
      ticket_types: [],
      venue: { ...EVENT.venue, name: "Y", address: "", city: "Z" },
    };
    const states = [
      NOTHING_YET,
      { ...STATE, event },
      { ...STATE, event, holds: [HELD] },
      { ...STATE, event, order: ORDER },
    ];
    for (const state of states) {
      const texts = shown({ wording: said, state }).replaceAll(/<[^>]*>/g, " ");
      expect(texts).not.toMatch(/\b(the|your|you|and|this|tickets?|order|basket|with|please|left|time)\b/i);
    }
  });
});

describe("the element's files", () => {
  const script = readFileSync(join(UI, "element/v1.js"), "utf8");
  const sheet = readFileSync(join(UI, "element/v1.css"), "utf8");

  test("[S2] are one script of 15 KB after gzip at most, words of a language of 3, and one sheet of 4", () => {
    expect(gzipSync(script, { level: 9 }).length).toBeLessThanOrEqual(15_000);
    expect(gzipSync(sheet, { level: 9 }).length).toBeLessThanOrEqual(4_000);
    // Beside it the words of one language, and nothing else.
    expect([...script.matchAll(/\bimport\b[^;]{0,40}?["'`]([^"'`]+)["'`]/g)].map(([, path]) => path)).toEqual([
      expect.stringMatching(/^\.\/v1-af-buying\.js\?[0-9a-f]{8}$/),
      expect.stringMatching(/^\.\/v1-en-buying\.js\?[0-9a-f]{8}$/),
    ]);
    for (const words of ["v1-af-buying.js", "v1-en-buying.js"])
      expect(gzipSync(readFileSync(join(UI, "element", words)), { level: 9 }).length).toBeLessThanOrEqual(3_000);
  });

  test("[S2] do nothing that a strict policy refuses: no markup, eval, inline style, frame or cookie", () => {
    expect(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|iframe|\.cookie/.exec(script)?.[0],
    ).toBeUndefined();
    expect(/\.style\b|cssText|createElement\(["'`]style/.exec(script)?.[0]).toBeUndefined();
  });

  test("[S4] the script writes to no other store than localStorage", () => {
    expect(/sessionStorage|indexedDB|caches\./.exec(script)?.[0]).toBeUndefined();
  });

  test("the sheet is that of a shadow root", () => {
    expect(sheet).toContain(":host");
    expect(sheet).not.toMatch(/:root|(^|\})(html|body)\{/);
    const page =
      ":root{color-scheme:light dark;a:b}@media (prefers-color-scheme:dark){:root{c:d}}:root[data-theme=light]{e:f}";
    expect(insideShadow(`${page}html{g:h}body{i:j}.x{k:l}`)).toBe(
      ":host{color-scheme:light;a:b}@media (prefers-color-scheme:dark){:host([theme=auto]){color-scheme:dark;c:d}}:host([theme=light]){e:f}.x{k:l}",
    );
    expect(sheet).toContain(":host([theme=auto])");
  });
});
