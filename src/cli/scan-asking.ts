// Sends scans to the door over HTTP (rules D3 to D5): one after the other, with a repeat under the same id when a reply is
// lost. Each request acknowledges the verdicts that have arrived.

import type { Client, Operations, Problem } from "../client/client.ts";
import { pauseMs } from "../domain/backoff.ts";
import { MAX_ACKED } from "../domain/limits.ts";

type Route = Operations["POST /v1/events/{id}/scans"];
export type Scan = Exclude<Route["answer"], { readonly uploads: unknown }>;
type Input = Extract<Route["ask"]["body"], { readonly code: string }>;

/** The fields that all scans of one scanner share. */
export type Post = Required<Pick<Input, "direction" | "source" | "gate_id" | "override">> & {
  readonly eventId: string;
};

/**
 * `shownBefore`: this scanner has shown that verdict already, so it must not show green again (rule D5). `unasked`: there
 * is no verdict, since the server refused (`problem`), or did not reply (null).
 */
export type ScanReply =
  | { readonly kind: "verdict"; readonly scan: Scan; readonly shownBefore: boolean }
  | { readonly kind: "unasked"; readonly problem: Problem | null };

export type Scanner = {
  scan(code: string): Promise<ScanReply>;
  /** Acknowledges the verdicts that have arrived, when no further scan will. Never throws. */
  acknowledge(): Promise<void>;
};

export type ScannerOptions = {
  readonly client: Pick<Client, "call">;
  readonly post: Post;
  readonly newScanId: () => string;
  readonly wait: (ms: number) => Promise<unknown>;
  /** In [0, 1). */
  readonly random: () => number;
  /** Called before a request is repeated. */
  readonly onRepeat: () => void;
};

const TRIES = 5;
const PAUSES = { leastMs: 100, firstMs: 500, longestMs: 4_000 };
/** Longer than the 5 s within which a door replies. */
const ANSWER_MS = 7_000;
/** Short, since nobody should wait for an acknowledgement. */
const ACKNOWLEDGE_MS = 1_000;

export function openScanner({ client, post, newScanId, wait, random, onRepeat }: ScannerOptions): Scanner {
  const { eventId, ...common } = post;
  const shown = new Set<string>();
  let pending: readonly string[] = [];
  let last: Input | null = null;

  /** Null when no valid reply came. */
  async function send(body: Input, most = ANSWER_MS): Promise<Scan | { readonly problem: Problem } | null> {
    try {
      const ask = { id: eventId, body };
      const answer = await client.call("POST /v1/events/{id}/scans", ask, AbortSignal.timeout(most));
      if (!answer.ok) return { problem: answer.problem };
      pending = pending.filter((id) => !body.acked?.includes(id));
      return "uploads" in answer.body ? null : answer.body;
    } catch {
      return null;
    }
  }

  function take(scan: Scan, body: Input): ScanReply {
    const shownBefore = scan.again && shown.has(scan.scan_id);
    shown.add(scan.scan_id);
    if (isPassage(scan)) {
      pending = [...pending.filter((id) => id !== scan.scan_id), scan.scan_id].slice(-MAX_ACKED);
      last = { ...body, scan_id: scan.scan_id };
    }
    return { kind: "verdict", scan, shownBefore };
  }

  return {
    async scan(code) {
      const body = { ...common, scan_id: newScanId(), code, acked: pending };
      for (let failures = 1; ; failures++) {
        const answer = await send(body);
        if (answer !== null && !("problem" in answer)) return take(answer, body);
        const problem = answer && answer.problem;
        if (failures === TRIES || (problem !== null && problem.status < 500)) return { kind: "unasked", problem };
        onRepeat();
        await wait(pauseMs(PAUSES, failures, random()));
      }
    },
    async acknowledge() {
      // The same scan again gets the same verdict and no row (rule D4), so this request only acknowledges.
      if (last !== null && pending.length > 0) await send({ ...last, acked: pending }, ACKNOWLEDGE_MS);
    },
  };
}

/** A refusal is always decided anew, so it need not be acknowledged. */
function isPassage({ verdict, let_in }: Scan): boolean {
  return let_in || verdict === "exited" || verdict === "exit_unmatched";
}
