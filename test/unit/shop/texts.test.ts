// What the pages say, in which words, money and times (rule S15), and when they say that tickets can be bought (S11).

import { describe, expect, test } from "vitest";
import { showMoney } from "../../../src/ui/shared/money.ts";
import { type Counts, FEW_LEFT, type Selling, saleState } from "../../../src/ui/shared/sale-state.ts";
import { af } from "../../../src/ui/shared/texts/af.ts";
import { en } from "../../../src/ui/shared/texts/en.ts";
import { showClock, showDay, showInstant, showSpan, showZone } from "../../../src/ui/shared/time/time.ts";

/** Each message by its path; of a function what it says of some numbers and words. */
function messagesOf(texts: object, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(texts) as [string, unknown][]) {
    const at = path === "" ? name : `${path}.${name}`;
    if (typeof value === "string") found.set(at, value);
    else if (typeof value === "function") found.set(at, (value as (...given: unknown[]) => string)(2, 3));
    else if (typeof value === "object" && value !== null)
      for (const [key, text] of messagesOf(value, at)) found.set(key, text);
  }
  return found;
}

const [english, afrikaans] = [messagesOf(en), messagesOf(af)];
/** Words that both languages have. */
const SAME = new Set(["refusal.of"]);

describe("the texts", () => {
  test("[S15] are the same messages in both languages, and none is left in the other one's words", () => {
    expect([...afrikaans.keys()]).toEqual([...english.keys()]);
    expect(english.size).toBeGreaterThan(150);
    const left = [...english].filter(([path, text]) => afrikaans.get(path) === text && !SAME.has(path));
    expect(left).toEqual([]);
    const englishWords = /\b(the|your|you|and|this|tickets?|order|basket|with|please)\b/i;
    expect([...afrikaans].filter(([, text]) => englishWords.test(text))).toEqual([]);
    expect([...english].filter(([, text]) => /\b(jou|jy|nie|kaartjies?|bestelling)\b/i.test(text))).toEqual([]);
  });

  test("are real words, each a whole", () => {
    for (const [path, text] of [...english, ...afrikaans]) {
      expect(text.trim(), path).toBe(text);
      expect(text, path).not.toMatch(/lorem|TODO|undefined|\[object/i);
    }
  });

  test("distinguish one from several", () => {
    expect([en.tickets(1), en.tickets(2), af.tickets(1), af.tickets(2)]).toEqual([
      ...["1 ticket", "2 tickets", "1 kaartjie", "2 kaartjies"],
    ]);
  });
});

describe("money and time", () => {
  const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");
  test("[S15] are written as in South Africa", () => {
    expect(plain(showMoney("en", 123_450, "ZAR"))).toBe("R 1 234,50");
    expect(plain(showMoney("af", 1, "ZAR"))).toBe("R 0,01");
  });

  test("[S15] are the venue's, whatever the zone of this machine, and the zone has its name", () => {
    const at = Date.UTC(2026, 11, 5, 16, 0);
    const [home, london] = [
      { locale: "en", zone: "Africa/Johannesburg" },
      { locale: "af", zone: "Europe/London" },
    ] as const;
    expect(showInstant(home, at)).toBe("Saturday, 5 December 2026 at 18:00");
    expect([showDay(london, at), showClock(london, at)]).toEqual(["Saterdag 5 Desember 2026", "16:00"]);
    expect([showZone(home, at), showZone(london, Date.UTC(2026, 6, 1))]).toEqual([
      ...["South Africa Standard Time", "Britse somertyd"],
    ]);
  });

  test("a night is said with one day, and what lasts longer with two", () => {
    const place = { locale: "en", zone: "Africa/Johannesburg" } as const;
    const from = Date.UTC(2026, 11, 5, 16, 0);
    expect(showSpan(place, from, from + 10 * 3_600_000)).toBe("Saturday, 5 December 2026 at 18:00 – 04:00");
    expect(showSpan(place, from, from + 18 * 3_600_000)).toBe(
      "Saturday, 5 December 2026 at 18:00 – Sunday, 6 December 2026 at 12:00",
    );
  });
});

describe("whether a type can be bought", () => {
  const window = { saleStart: 100, saleEnd: 200 };
  const type: Selling = { saleStart: null, saleEnd: null, minPerOrder: 2, maxPerOrder: 10 };
  const counts = (available: number, held = 0, status = "available"): Counts => ({ status, held, available });
  const at = (now: number, known: Counts = counts(100), own: Partial<Selling> = {}) =>
    saleState({ ...type, ...own }, window, known, false, now).kind;

  test("[S11] follows the window of the sale, half-open, the event's and the type's", () => {
    expect([at(99), at(100), at(199), at(200)]).toEqual(["not_open", "on_sale", "on_sale", "closed"]);
    const own = { saleStart: 120, saleEnd: 150 };
    expect([at(119, counts(9), own), at(120, counts(9), own), at(150, counts(9), own)]).toEqual([
      ...["not_open", "on_sale", "closed"],
    ]);
    expect(saleState({ ...type, saleStart: 120 }, window, counts(9), false, 110)).toEqual({
      kind: "not_open",
      opensAt: 120,
    });
  });

  test(`[S11] says how many are left below ${FEW_LEFT}, and offers no more than that`, () => {
    const left = (available: number) => saleState(type, window, counts(available), false, 150);
    expect(left(20)).toEqual({ kind: "on_sale", least: 2, most: 10, left: null });
    expect(left(19)).toEqual({ kind: "on_sale", least: 2, most: 10, left: 19 });
    expect(left(3)).toEqual({ kind: "on_sale", least: 2, most: 3, left: 3 });
  });

  test("[S11] distinguishes tickets in baskets from sold ones, also below the amount of an order", () => {
    expect(saleState(type, window, counts(0, 7), false, 150)).toEqual({ kind: "in_baskets", back: 7 });
    expect(at(150, counts(1, 7))).toBe("in_baskets");
    expect(at(150, counts(2, 7))).toBe("on_sale");
    expect(at(150, counts(0, 0))).toBe("sold_out");
    expect(at(150, counts(0, 0, "sold_out"))).toBe("sold_out");
  });

  test("[S11] is what the catalogue knew last while the counts are not known", () => {
    expect(saleState(type, window, null, false, 150)).toEqual({ kind: "on_sale", least: 2, most: 10, left: null });
    expect(saleState(type, window, null, true, 150).kind).toBe("sold_out");
  });
});
