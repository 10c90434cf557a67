// Sends scans to the door over HTTP (rules D3 to D5): one after the other, with a repeat under the same id when a reply is
// lost. Each request acknowledges the verdicts that have arrived.

import type { Client, Operations, Problem } from "../../client/client.ts";
import { pauseMs } from "../../domain/time/backoff.ts";
import { MAX_ACKED } from "../../domain/limits.ts";

type Route = Operations["POST /v1/events/{id}/scans"];
export type Scan = Exclude<Route["answer"], { readonly uploads: unknown }>;
type Input = Extract<Route["ask"]["body"], { readonly code: string }>;

/** The fields that all scans of one scanner share. */
export type Post = Required<Pick<Input, "direction" | "source" | "gate_id" | "override">> & {
  readonly eventId: string;
};

/**
 * `alreadyShown`: this scanner has shown that verdict already, so it must not show green again (rule D5). `failed`: there
 * is no verdict, since the server refused (`problem`), or did not reply (null).
 */
export type ScanReply =
  | { readonly kind: "verdict"; readonly scan: Scan; readonly alreadyShown: boolean }
  | { readonly kind: "failed"; readonly problem: Problem | null };

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
const REPLY_MS = 7_000;
/** Short, since nobody should wait for an acknowledgement. */
const ACKNOWLEDGE_MS = 1_000;

export function openScanner({ client, post, newScanId, wait, random, onRepeat }: ScannerOptions): Scanner {
  const { eventId, ...common } = post;
  const shown = new Set<string>();
  let pending: readonly string[] = [];
  let last: Input | null = null;

  /** Null when no valid reply came. */
  async function send(body: Input, most = REPLY_MS): Promise<Scan | { readonly problem: Problem } | null> {
    try {
      const input = { id: eventId, body };
      const reply = await client.call("POST /v1/events/{id}/scans", input, AbortSignal.timeout(most));
      if (!reply.ok) return { problem: reply.problem };
      pending = pending.filter((id) => !body.acked?.includes(id));
      return "uploads" in reply.body ? null : reply.body;
    } catch {
      return null;
    }
  }

  function take(scan: Scan, body: Input): ScanReply {
    const alreadyShown = scan.again && shown.has(scan.scan_id);
    shown.add(scan.scan_id);
    if (isPassage(scan)) {
      pending = [...pending.filter((id) => id !== scan.scan_id), scan.scan_id].slice(-MAX_ACKED);
      last = { ...body, scan_id: scan.scan_id };
    }
    return { kind: "verdict", scan, alreadyShown };
  }

  return {
    async scan(code) {
      const body = { ...common, scan_id: newScanId(), code, acked: pending };
      for (let failures = 1; ; failures++) {
        const reply = await send(body);
        if (reply !== null && !("problem" in reply)) return take(reply, body);
        const problem = reply && reply.problem;
        if (failures === TRIES || (problem !== null && problem.status < 500)) return { kind: "failed", problem };
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

/** A refusal is decided again each time, so it need not be acknowledged. */
function isPassage({ verdict, let_in }: Scan): boolean {
  return let_in || verdict === "exited" || verdict === "exit_unmatched";
}
