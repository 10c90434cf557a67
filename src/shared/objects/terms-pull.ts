// Pulls the terms of an object that has none yet: one read of D1 for all who wait for them (rule X5).

import { notBefore } from "../../domain/time/backoff.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import { NO_TERMS_MS } from "../../domain/limits.ts";
import { accept, refuse, type Result } from "../../domain/result.ts";

export type TermsPullDeps<Id, Terms> = {
  /** Null when D1 has no terms for this id. Rejects when D1 is away, within its deadline. */
  readonly query: (id: Id) => Promise<Terms | null>;
  /** Adds them to the object's queue; resolves when they are written. */
  readonly take: (terms: Terms) => Promise<Result<unknown, Refusal>>;
  readonly clock: () => number;
  readonly onFailure: (fault: unknown) => void;
};

export type TermsPull<Id, Terms> = {
  /** Reads what D1 has now; `not_found` when it has none. */
  read(id: Id): Promise<Result<Terms, Refusal>>;
  /** Reads D1 once for all who wait; for a while it remembers that D1 has none. */
  pull(id: Id): Promise<Result<null, Refusal>>;
};

export function openTermsPull<Id, Terms>({
  query,
  take,
  clock,
  onFailure,
}: TermsPullDeps<Id, Terms>): TermsPull<Id, Terms> {
  let noTermsUntil = 0;
  let pulling: Promise<Result<null, Refusal>> | null = null;

  async function read(id: Id): Promise<Result<Terms, Refusal>> {
    try {
      const terms = await query(id);
      return terms ? accept(terms) : refuse({ code: "not_found" });
    } catch (fault) {
      onFailure(fault);
      return refuse(UNAVAILABLE);
    }
  }

  async function readAndTake(id: Id): Promise<Result<null, Refusal>> {
    const terms = await read(id);
    if (!terms.ok) {
      if (terms.refusal.code === "not_found") noTermsUntil = clock() + NO_TERMS_MS;
      return terms;
    }
    const taken = await take(terms.value);
    return taken.ok ? accept(null) : taken;
  }

  return {
    read,
    async pull(id) {
      if (clock() < notBefore(noTermsUntil, clock(), NO_TERMS_MS)) return refuse({ code: "not_found" });
      pulling ??= readAndTake(id).finally(() => {
        pulling = null;
      });
      return pulling;
    },
  };
}
