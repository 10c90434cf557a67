// Defines what the element keeps of a shopper on a host's origin, one text for an event, and reads it back (rules S4, S5).

/** A call that changes something, with the key that it is sent with, however often it is sent. */
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
/** Whom an order is for, as the API takes it. */
export type Contact = { readonly name: string; readonly email: string; readonly phone: string | null };
export type Item = { readonly typeId: string; readonly quantity: number };

/** `link`: reads the order on our page. */
export type KeptOrder = {
  readonly id: string;
  readonly reference: string;
  readonly link: string | null;
};

/** `pending`: calls that were not answered yet, in their order. What was typed is kept in a call alone, until it is answered. */
export type Kept = {
  readonly token: string | null;
  readonly holdIds: readonly string[];
  readonly pending: readonly Call[];
  readonly order: KeptOrder | null;
};
export const NOTHING_KEPT: Kept = { token: null, holdIds: [], pending: [], order: null };

/** Where it is kept (kept-store.ts). */
export type Store = {
  /** Whether a reload finds what is kept. */
  readonly remembers: boolean;
  read(): Kept;
  /** Reads, changes and writes in one go, since another tab may have written meanwhile. */
  change(how: (kept: Kept) => Kept): Kept;
  /** Tells of what another tab writes; answers how to stop it. */
  follow(changed: () => void): () => void;
};

export function keyOf(eventId: string): string {
  return `voelgoed:v1:${eventId}`;
}

/** Nothing, where it is no text of ours: a host's own scripts may write there. */
export function readKept(text: string | null): Kept {
  try {
    const read: unknown = JSON.parse(text ?? "null");
    return isKept(read) ? read : NOTHING_KEPT;
  } catch {
    return NOTHING_KEPT;
  }
}

export function writeKept(kept: Kept): string | null {
  const isNothing = kept.token === null && kept.holdIds.length === 0 && kept.pending.length === 0 && !kept.order;
  return isNothing ? null : JSON.stringify(kept);
}

type Fields = Readonly<Record<string, unknown>>;

function isKept(read: unknown): read is Kept {
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
