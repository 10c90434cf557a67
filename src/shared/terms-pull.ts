// The terms of an object that has none yet: asked of D1 once, whoever waits for them (rule X5).

import { notBefore } from "../domain/backoff.ts";
import { type Refusal, UNAVAILABLE } from "../domain/errors.ts";
import { NO_TERMS_MS } from "../domain/limits.ts";
import { accept, refuse, type Result } from "../domain/result.ts";

export type TermsPullDeps<Id, Terms> = {
  /** Null when D1 has none of this id. Rejects when D1 is away, within its limit. */
  readonly ask: (id: Id) => Promise<Terms | null>;
  /** Puts them in the object's line; answers when they are written. */
  readonly take: (terms: Terms) => Promise<Result<unknown, Refusal>>;
  readonly clock: () => number;
  readonly onFailure: (fault: unknown) => void;
};

export type TermsPull<Id, Terms> = {
  /** What D1 has now: `not_found` when it has none. */
  read(id: Id): Promise<Result<Terms, Refusal>>;
  /** Asks D1 once for all who wait, and remembers for a while that it knows of none. */
  pull(id: Id): Promise<Result<null, Refusal>>;
};

export function openTermsPull<Id, Terms>({
  ask,
  take,
  clock,
  onFailure,
}: TermsPullDeps<Id, Terms>): TermsPull<Id, Terms> {
  let noTermsUntil = 0;
  let pulling: Promise<Result<null, Refusal>> | null = null;

  async function read(id: Id): Promise<Result<Terms, Refusal>> {
    try {
      const terms = await ask(id);
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
