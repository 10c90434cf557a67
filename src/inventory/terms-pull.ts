// The terms of an inventory that has none yet: asked of D1 once, whoever waits for them (rule X5).

import { answered } from "../db/limit.ts";
import { notBefore } from "../domain/backoff.ts";
import type { Refusal } from "../domain/errors.ts";
import type { TicketTypeId } from "../domain/ids.ts";
import { NO_TERMS_MS } from "../domain/limits.ts";
import { accept, refuse, type Result } from "../domain/result.ts";
import type { Terms } from "../domain/terms.ts";

export type TermsPullDeps = {
  /** Null when D1 has no such type. Rejects when D1 is away. */
  readonly ask: (id: TicketTypeId) => Promise<Terms | null>;
  /** Puts them in the object's line; answers when they are written. */
  readonly take: (terms: Terms) => Promise<Result<unknown, Refusal>>;
  readonly clock: () => number;
  readonly onFailure: (fault: unknown) => void;
};

export type TermsPull = {
  /** What D1 has now: `not_found` when there is no such type. */
  read(id: TicketTypeId): Promise<Result<Terms, Refusal>>;
  /** Asks D1 once for all who wait, and remembers for a while that it knows of no such type. */
  pull(id: TicketTypeId): Promise<Result<null, Refusal>>;
};

export function openTermsPull({ ask, take, clock, onFailure }: TermsPullDeps): TermsPull {
  let noTermsUntil = 0;
  let pulling: Promise<Result<null, Refusal>> | null = null;

  async function read(id: TicketTypeId): Promise<Result<Terms, Refusal>> {
    try {
      const terms = await answered(ask(id));
      return terms ? accept(terms) : refuse({ code: "not_found" });
    } catch (fault) {
      onFailure(fault);
      return refuse({ code: "temporarily_unavailable", retryAfterSeconds: 1 });
    }
  }

  async function readAndTake(id: TicketTypeId): Promise<Result<null, Refusal>> {
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
