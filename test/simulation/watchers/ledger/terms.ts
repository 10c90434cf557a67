// Checks the order of every object's terms (rule K6), and compares their totals with what people requested: a restore
// of D1 changes none (rule X6).

import type { TicketTypeId } from "../../../../src/domain/ids.ts";
import type { Head, LedgerRow } from "../../../../src/domain/ledger/chain.ts";
import type { Terms } from "../../../../src/domain/terms.ts";

export type TermsWatch = {
  /** Terms are on their way to an object, once or more often: the arguments of the call. */
  sent(id: TicketTypeId, args: readonly unknown[]): void;
  /** What is wrong with the rows after `before` and the terms that are durable with them, or null. */
  follow(id: TicketTypeId, before: Head, rows: readonly LedgerRow[], terms: Terms): string | null;
  /** Those that may have been in force since it was last called: the last then, these now, and what was sent between. */
  inForce(id: TicketTypeId, now: Terms | undefined): readonly Terms[];
};

type Known = { readonly epoch: number; readonly version: number };

export function openTermsWatch(): TermsWatch {
  const known = new Map<TicketTypeId, Known>();
  /** The oldest epoch of the terms that a request has sent to an object. */
  const epochs = new Map<string, number>();
  const sent = new Map<TicketTypeId, Terms[]>();
  const lastInForce = new Map<TicketTypeId, Terms>();
  const keyOf = (id: TicketTypeId, requestId: unknown): string => `${id} ${String(requestId)}`;

  return {
    sent(id, [, terms, requestId]) {
      // The one cast: what openInventories sends as terms.
      const { epoch = 0 } = terms as Terms;
      sent.set(id, [...(sent.get(id) ?? []), terms as Terms]);
      const key = keyOf(id, requestId);
      epochs.set(key, Math.min(epoch, epochs.get(key) ?? epoch));
    },
    inForce(id, now) {
      const before = lastInForce.get(id);
      if (!now) return [];
      lastInForce.set(id, now);
      if (!before || isSame(before, now)) return [now];
      const between = (sent.get(id) ?? []).filter((terms) => !isBefore(terms, before) && !isBefore(now, terms));
      return [before, ...between, now];
    },
    follow(id, before, rows, { epoch = 0, version }) {
      const last = known.get(id);
      known.set(id, { epoch, version });
      if (!last) return null;
      if (epoch < last.epoch || (epoch === last.epoch && version < last.version))
        return `[K6] terms ${version} of epoch ${epoch} came over ${JSON.stringify(last)}`;
      let { total } = before;
      for (const row of rows) {
        const isOfRestore = (epochs.get(keyOf(id, row.requestId)) ?? 0) > last.epoch;
        if (row.kind === "terms" && row.total !== total && isOfRestore)
          return `[X6] the total became ${row.total} from ${total} by the first terms of an epoch`;
        total = row.total;
      }
      return null;
    },
  };
}

function isBefore({ epoch = 0, version }: Terms, other: Terms): boolean {
  const { epoch: theirs = 0 } = other;
  return epoch < theirs || (epoch === theirs && version < other.version);
}

function isSame(one: Terms, other: Terms): boolean {
  return one.version === other.version && (one.epoch ?? 0) === (other.epoch ?? 0);
}
