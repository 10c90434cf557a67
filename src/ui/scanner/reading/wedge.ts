// Decodes what a hardware reader types (rule W8). To the page a reader is a keyboard with some layout, which may differ
// from that of the phone. Pure: each key comes with its time.

import { readCode } from "../../../domain/door/tickets/code.ts";

/** The parts of a keydown that count; `at` in ms of any clock that only goes forward. */
export type Key = { readonly code: string; readonly key: string; readonly at: number };

/**
 * What was typed without a pause: decoded by the places of the keys on a US keyboard, and as the phone decodes them.
 */
export type Wedge = {
  readonly byPlace: string;
  readonly byKey: string;
  readonly count: number;
  readonly lastAt: number;
};

/** `read`: the text that a reader has delivered; null for none so far. */
export type Typed = { readonly wedge: Wedge; readonly read: string | null };

export const NOTHING_TYPED: Wedge = { byPlace: "", byKey: "", count: 0, lastAt: 0 };

/** A reader types a key every few ms; a pause of this long ends what it reads, also without Enter. */
export const PAUSE_MS = 60;
/** No person types so many keys without a pause. */
const LEAST_KEYS = 8;
const ENDS: ReadonlySet<string> = new Set(["Enter", "NumpadEnter", "Tab"]);
const PLACES: Readonly<Record<string, string>> = {
  BracketRight: "]",
  BracketLeft: "[",
  Backslash: "\\",
  Minus: "-",
  Slash: "/",
  Period: ".",
  Space: " ",
};

export function takeKey(wedge: Wedge, key: Key): Typed {
  const { wedge: since, read } = takePause(wedge, key.at);
  if (ENDS.has(key.code) || ENDS.has(key.key)) {
    const ended = finish(since);
    return { wedge: NOTHING_TYPED, read: ended ?? read };
  }
  const byKey = key.key.length === 1 ? key.key : "";
  const byPlace = placed(key.code);
  // Shift and other modifiers come between the characters.
  if (byKey === "" && byPlace === "") return { wedge: since, read };
  const next = { byPlace: since.byPlace + byPlace, byKey: since.byKey + byKey, count: since.count + 1, lastAt: key.at };
  return { wedge: next, read };
}

/** Notes that nothing was typed until `at`: ends what was typed `PAUSE_MS` before, or earlier. */
export function takePause(wedge: Wedge, at: number): Typed {
  if (wedge.count === 0 || at - wedge.lastAt < PAUSE_MS) return { wedge, read: null };
  return { wedge: NOTHING_TYPED, read: finish(wedge) };
}

/** Whether a reader is typing, whose characters must reach no field. */
export function isReader({ count }: Wedge): boolean {
  return count >= LEAST_KEYS;
}

/** The decoding that is a code. If neither is, the phone's characters, which get the verdict `unreadable`. */
function finish(wedge: Wedge): string | null {
  if (!isReader(wedge)) return null;
  const { byPlace, byKey } = wedge;
  return [byPlace, byKey].find((text) => readCode(text).ok) ?? byKey;
}

function placed(code: string): string {
  const [, letter, digit] = /^(?:Key([A-Z])|(?:Digit|Numpad)(\d))$/.exec(code) ?? [];
  return letter?.toLowerCase() ?? digit ?? PLACES[code] ?? "";
}
