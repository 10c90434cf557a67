// Tests that the keys of a hardware reader are decoded, whatever the layouts of the reader and of the phone (rule W8).

import { expect, test } from "vitest";
import { type Key, NOTHING_TYPED, takeKey, takePause, type Wedge } from "../../../src/ui/scanner/reading/wedge.ts";
import vectors from "../../vectors/ticket-codes.json" with { type: "json" };

const CODE = vectors.codes[0]?.code ?? "";
const GAP = 4;

/** The key events of a reader in a browser. `layout`: the character that the phone's layout has at a place of a key. */
function typed(text: string, layout: (place: string) => string = (place) => place): Key[] {
  return [...text].map((character, index) => {
    const place = character.toLowerCase();
    const code = /\d/.test(place) ? `Digit${place}` : `Key${place.toUpperCase()}`;
    return { code, key: layout(character), at: 1_000 + index * GAP };
  });
}
const ENTER: Key = { code: "Enter", key: "Enter", at: 0 };

function read(keys: readonly Key[]): { readonly texts: string[]; readonly wedge: Wedge } {
  const texts: string[] = [];
  let wedge = NOTHING_TYPED;
  for (const key of keys) {
    const taken = takeKey(wedge, key);
    wedge = taken.wedge;
    if (taken.read !== null) texts.push(taken.read);
  }
  return { texts, wedge };
}
const withEnter = (keys: readonly Key[]) => [...keys, { ...ENTER, at: (keys.at(-1)?.at ?? 0) + GAP }];
const codesOf = (keys: readonly Key[]) => read(withEnter(keys)).texts.map((text) => text.toUpperCase());

/** The characters of AZERTY and QWERTZ at the places of US keys. */
const AZERTY: Readonly<Record<string, string>> = { q: "a", a: "q", w: "z", z: "w", 1: "&", 2: "é", 3: '"', 0: "à" };
const QWERTZ: Readonly<Record<string, string>> = { y: "z", z: "y" };
const host = (table: Readonly<Record<string, string>>) => (place: string) => table[place.toLowerCase()] ?? place;

test.each([
  ["a US keyboard", (place: string) => place],
  ["AZERTY", host(AZERTY)],
  ["QWERTZ", host(QWERTZ)],
  ["caps lock", (place: string) => place.toLowerCase()],
])("[W8] a reader of a US layout is read by the places of its keys on %s", (_, layout) => {
  expect(codesOf(typed(CODE, layout))).toEqual([CODE]);
});

test("[W8] a reader that is set to the phone's own layout is read by its characters", () => {
  const keys = typed(CODE).map((key) => ({
    ...key,
    code: key.code === "KeyQ" ? "KeyA" : key.code === "KeyV" ? "KeyM" : key.code,
  }));
  expect(codesOf(keys)).toEqual([CODE]);
});

test("[W8] without Enter a pause of 60 ms ends a code, and one of 59 ms does not", () => {
  const { wedge, texts } = read(typed(CODE));
  expect(texts).toEqual([]);
  expect(takePause(wedge, wedge.lastAt + 59).read).toBeNull();
  const { read: text, wedge: after } = takePause(wedge, wedge.lastAt + 60);
  expect([text?.toUpperCase(), after]).toEqual([CODE, NOTHING_TYPED]);
});

test("[W8] a key after the pause begins another code, also when the pause was not noticed by itself", () => {
  const first = typed(CODE);
  const second = typed(CODE).map((key) => ({ ...key, at: key.at + 10_000 }));
  expect(codesOf([...first, ...second])).toEqual([CODE, CODE]);
});

test("[W8] a person's typing is not a code: neither slow keys, nor a word and Enter", () => {
  const slowly = typed(CODE).map((key, index) => ({ ...key, at: index * 61 }));
  expect(codesOf(slowly)).toEqual([]);
  expect(codesOf(typed("hello"))).toEqual([]);
});

test("[W5] [W8] a reader's text that is no ticket's code is delivered, too", () => {
  expect(codesOf(typed("https99example"))).toEqual(["HTTPS99EXAMPLE"]);
});
