// Builds bundles of a door (rule D17) while its scans go on: as of one row of the log, page by page of tickets, with a
// pause after each. A ticket that changes meanwhile may be newer than that row; it is in the next bundle again.

import type { DoorBook } from "../domain/door/book.ts";
import { type BundleHead, type BundleTerms, openBundle } from "../domain/door/tickets/bundle.ts";
import type { BarrierRow } from "../domain/door/rows/rows.ts";
import { must } from "../domain/result.ts";
import type { StoredTicket, TicketPages } from "./storage/ticket-pages.ts";

/** `since`: the row up to which the scanner has everything; 0 for none. `tags`: those of the bundles that it has. */
export type BundleQuery = { readonly since: number; readonly tags: readonly string[] };
/** `tag` identifies the content; `bytes` is null when the scanner has it already. */
export type TakenBundle = { readonly tag: string; readonly bytes: Uint8Array<ArrayBuffer> | null };

/** Too many bundles of changes are being built. */
export type Overloaded = "overloaded";

export type BundleTaker = {
  /**
   * A bundle of what changed since, if that is few rows and only of tickets; else of everything. Null when the event was
   * deleted, or the door emptied (rule D25), meanwhile.
   */
  take(asked: BundleQuery): Promise<TakenBundle | Overloaded | null>;
};

export type BundleDeps = {
  readonly book: () => DoorBook;
  readonly pages: TicketPages;
  readonly clock: () => number;
  /** Lets the object process what waits. */
  readonly pause: () => Promise<void>;
};

/** Folding this many tickets takes some milliseconds. */
const A_PAGE = 500;
/** A scanner that is more log rows behind than this gets a whole bundle. */
export const MAX_ROWS_SINCE = 20_000;
/**
 * How many bundles of changes may be built at a time, each of which reads up to as many rows: a scan that arrives meanwhile
 * waits for them.
 */
export const MAX_LOOKING = 8;
/**
 * All scanners reconnect at the same time, so a whole bundle is served for this long, ms; they then request what changed
 * since.
 */
export const KEPT_MS = 10_000;

type Asof = BundleHead & { readonly barriers: readonly BarrierRow[] };
type Bytes = Uint8Array<ArrayBuffer>;
type Whole = { readonly asof: Asof; readonly bytes: Promise<Bytes | null> };
/** A bundle that could be built: not every caller needs its bytes. */
type Offer = { readonly asof: Asof; readonly take: () => Promise<Bytes | null> };

export function openBundleTaker(deps: BundleDeps): BundleTaker {
  const { book, pages, clock } = deps;
  let lastWhole: Whole | null = null;
  let looking = 0;

  function now(since: number): Asof {
    const { terms, head, barriers } = book();
    const doorTerms = must(terms, "bundles are taken of a door with terms");
    return { seq: head.seq, since, at: clock(), terms: doorTerms, counts: head.counts, barriers };
  }

  /** One bundle for all who request it within `KEPT_MS`, unless something that concerns all tickets has changed. */
  function whole(): Offer {
    const asof = now(0);
    if (lastWhole !== null && serves(lastWhole.asof, asof))
      return { asof: lastWhole.asof, take: () => finished(lastWhole) };
    return { asof, take: () => finished((lastWhole = { asof, bytes: build(deps, asof, nextOfAll(pages)) })) };
  }

  async function finished(whole: Whole | null): Promise<Bytes | null> {
    try {
      return await (whole?.bytes ?? null);
    } catch (fault) {
      if (lastWhole === whole) lastWhole = null;
      throw fault;
    }
  }

  /** Null when something other than tickets has changed. */
  function changes(since: number): Offer | null {
    const asof = now(since);
    const serials = pages.changedSince(since);
    return serials && { asof, take: () => build(deps, asof, nextOf(pages, serials)) };
  }

  async function given({ asof, take }: Offer, tags: readonly string[]): Promise<TakenBundle | null> {
    const tag = tagOf(asof);
    if (tags.includes(tag)) return { tag, bytes: null };
    const bytes = await take();
    return bytes && { tag, bytes };
  }

  return {
    async take({ since, tags }) {
      const asof = now(since);
      const [tag, behind] = [tagOf(asof), asof.seq - since];
      // Compared before any row is read.
      if (tags.includes(tag)) return { tag, bytes: null };
      if (since < 1 || behind < 0 || behind > MAX_ROWS_SINCE) return given(whole(), tags);
      if (looking >= MAX_LOOKING) return "overloaded";
      looking += 1;
      try {
        return await given(changes(since) ?? whole(), tags);
      } finally {
        looking -= 1;
      }
    },
  };
}

/** Each call returns a page of tickets, null after the last one. */
type Next = () => readonly StoredTicket[] | null;

function nextOfAll(pages: TicketPages): Next {
  let last: number | null = -1;
  return () => {
    if (last === null) return null;
    const page = pages.after(last, A_PAGE);
    // A page that is not full is the last: what scans add behind it is newer than the bundle.
    last = page.length < A_PAGE ? null : (page.at(-1)?.serial ?? null);
    return page;
  };
}

function nextOf(pages: TicketPages, serials: readonly number[]): Next {
  let done = 0;
  return () => {
    if (done >= serials.length) return null;
    done += A_PAGE;
    return pages.of(serials.slice(done - A_PAGE, done));
  };
}

/** Null when the event was deleted, or the door emptied, meanwhile. */
async function build(
  { book, pause }: Pick<BundleDeps, "book" | "pause">,
  asof: Asof,
  next: Next,
): Promise<Bytes | null> {
  const bundle = openBundle(asof, asof.barriers);
  for (let page = next(); page !== null; page = next()) {
    for (const { serial, record } of page) bundle.add(serial, record);
    await pause();
    if (book().terms === null || book().checkpoint !== null) return null;
  }
  return bundle.finish();
}

/** Whether a bundle that was built as of `built` may be served as of `now`. */
function serves(built: Asof, now: Asof): boolean {
  if (built.terms !== now.terms || built.barriers !== now.barriers) return false;
  return built.seq === now.seq || Math.abs(now.at - built.at) < KEPT_MS;
}

/** The events nearby have no version, so the time of their reading is used. */
function tagOf({
  seq,
  terms: { epoch, version, nearbyAt },
}: {
  readonly seq: number;
  readonly terms: BundleTerms;
}): string {
  return [seq, epoch, version, nearbyAt].join("-");
}
