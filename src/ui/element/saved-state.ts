// Defines what the element saves of a shopper on a host's origin, one text for an event, and reads it back (rules S4,
// S5).

/** A call that changes something. However often it is sent, it has the same key. */
export type Call =
  | { readonly kind: "hold"; readonly key: string; readonly items: readonly Item[] }
  | {
      readonly kind: "swap";
      readonly key: string;
      readonly typeId: string;
      readonly replaces: string;
      readonly quantity: number;
    }
  | { readonly kind: "extend"; readonly key: string; readonly holdId: string }
  | { readonly kind: "release"; readonly holdId: string }
  | {
      readonly kind: "checkout";
      readonly key: string;
      readonly holdIds: readonly string[];
      readonly contact: Contact;
      readonly locale: "en" | "af";
    };
/** The person whom an order is for, in the form of the API. */
export type Contact = { readonly name: string; readonly email: string; readonly phone: string | null };
export type Item = { readonly typeId: string; readonly quantity: number };

/** `link`: the address by which our page shows the order. */
export type SavedOrder = {
  readonly id: string;
  readonly reference: string;
  readonly link: string | null;
};

/** `pending`: calls without a response so far, in their order. What was typed is saved only within such a call. */
export type SavedState = {
  readonly token: string | null;
  readonly holdIds: readonly string[];
  readonly pending: readonly Call[];
  readonly order: SavedOrder | null;
};
export const NOTHING_SAVED: SavedState = { token: null, holdIds: [], pending: [], order: null };

/** Stores the text (saved-store.ts). */
export type Store = {
  /** Whether the state survives a reload. */
  readonly remembers: boolean;
  read(): SavedState;
  /** Reads, changes and writes in one step, since another tab may have written meanwhile. */
  change(how: (kept: SavedState) => SavedState): SavedState;
  /** Calls `changed` when another tab writes. Returns the function that stops it. */
  follow(changed: () => void): () => void;
};

export function keyOf(eventId: string): string {
  return `voelgoed:v1:${eventId}`;
}

/** Reads the state from its text; empty when the text is not ours, since a host's own scripts may write there. */
export function parseSaved(text: string | null): SavedState {
  try {
    const read: unknown = JSON.parse(text ?? "null");
    return isKept(read) ? read : NOTHING_SAVED;
  } catch {
    return NOTHING_SAVED;
  }
}

export function serialiseSaved(saved: SavedState): string | null {
  const isNothing = saved.token === null && saved.holdIds.length === 0 && saved.pending.length === 0 && !saved.order;
  return isNothing ? null : JSON.stringify(saved);
}

type Fields = Readonly<Record<string, unknown>>;

function isKept(read: unknown): read is SavedState {
  if (!isObject(read)) return false;
  const { token, holdIds, pending, order } = read;
  return (
    (token === null || isText(token)) &&
    isListOf(holdIds, isText) &&
    isListOf(pending, isCall) &&
    (order === null || (isObject(order) && isText(order["id"]) && isText(order["reference"])))
  );
}

function isCall(read: unknown): boolean {
  if (!isObject(read)) return false;
  const has = (...names: string[]) => names.every((name) => isText(read[name]));
  switch (read["kind"]) {
    case "hold":
      return has("key") && isListOf(read["items"], (item) => isObject(item) && isText(item["typeId"]));
    case "swap":
      return has("key", "typeId", "replaces");
    case "extend":
      return has("key", "holdId");
    case "release":
      return has("holdId");
    case "checkout":
      return has("key") && isListOf(read["holdIds"], isText) && isObject(read["contact"]);
    default:
      return false;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isListOf(value: unknown, isOne: (each: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}
