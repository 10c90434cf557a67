import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeBody, type OrderId } from "../../../src/domain/ids.ts";
import { parseReference, referenceOf } from "../../../src/domain/orders/reference.ts";
import { idOf, orderIdOf, SHOPPER } from "../../support/builders.ts";

const ORDER = orderIdOf(SHOPPER, "reference");
const BODY = ORDER.slice(30, 40);
const SHOWN = referenceOf(ORDER);
const CHARACTERS = "0123456789abcdefghjkmnpqrstvwxyz";

describe("[O12] the reference of an order", () => {
  test("is ten characters of its id and a check character, in three groups of capitals", () => {
    expect(SHOWN).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{3}$/);
    expect(SHOWN.replace(/-/g, "").toLowerCase().slice(0, 10)).toBe(BODY);
    expect(referenceOf(orderIdOf(SHOPPER, "another"))).not.toBe(SHOWN);
    expect(referenceOf(`ord_${idOf("tt", "home").slice(3)}${ORDER.slice(30)}` as OrderId), "of any home").toBe(SHOWN);
  });

  test.each([
    ["as it is shown", SHOWN],
    ["in lower case", SHOWN.toLowerCase()],
    ["without hyphens", SHOWN.replace(/-/g, "")],
    ["with spaces about and between", `  ${SHOWN.replace(/-/g, " ")} `],
    ["with other dashes, dots and slashes", SHOWN.replace("-", " – ").replace("-", "./")],
    ["with a line break in it", SHOWN.replace("-", "\n")],
  ])("is found %s", (_, text) => {
    expect(parseReference(text)).toBe(BODY);
  });

  test("is found when a digit was read as a similar letter", () => {
    const bytes = Uint8Array.of(0, 0, 66, 8, 65, 16, 255, 255, ...Array.from({ length: 8 }, () => 0));
    const order = `ord_${"0".repeat(26)}${encodeBody(bytes)}` as OrderId;
    const shown = referenceOf(order);
    expect(shown).toMatch(/0.*1/);
    const misread = shown.replace(/0/g, "O").replace("1", "I").replace(/1/g, "l").replace(/V/g, "u");
    expect(misread).not.toBe(shown);
    expect(parseReference(misread)).toBe(order.slice(30, 40));
  });

  test("is none with a character changed, whichever it is", () => {
    const typed = SHOWN.replace(/-/g, "").toLowerCase();
    for (let at = 0; at < typed.length; at++) {
      for (const other of CHARACTERS) {
        const changed = typed.slice(0, at) + other + typed.slice(at + 1);
        if (changed !== typed) expect(parseReference(changed), changed).toBeNull();
      }
    }
  });

  test("is none with two characters exchanged, whichever they are", () => {
    const body = fc.array(fc.constantFrom(...CHARACTERS), { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(body, fc.nat(10), fc.nat(10), (characters, a, b) => {
        const order = `ord_${"0".repeat(26)}${characters.join("").padEnd(26, "0")}` as OrderId;
        const typed = [...referenceOf(order).replace(/-/g, "").toLowerCase()];
        const exchanged = typed.map((own, at) => (at === a ? typed[b] : at === b ? typed[a] : own));
        const expected = exchanged.join() === typed.join() ? characters.join("") : null;
        expect(parseReference(exchanged.join(""))).toBe(expected);
      }),
      { seed: 20_261_129, numRuns: 2_000 },
    );
  });

  test.each(["", "7", SHOWN.slice(0, -1), `${SHOWN}0`, SHOWN.replace("-", "*"), "é".repeat(11), "-".repeat(11)])(
    "is not %j",
    (text) => {
      expect(parseReference(text)).toBeNull();
    },
  );
});
