// Drives scanners with sockets at a door for a scenario (scanner-load.ts).

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Evening } from "../../../support/server/catalogue/door-show.ts";
import type { DoorStage, Ticket } from "../../rig/door-stage.ts";
import type { Measured } from "../load.ts";
import type { PaceAsked, ScannerOrder, ScannersSeen } from "./scanner-load.ts";
import { shareOf } from "../../report/timings.ts";

export type Scanners = {
  /** Scans at this pace from now on; the tickets must be enough. */
  start(asked: PaceAsked): void;
  /** The results, once every scan has a reply. Throws when one is not let in. */
  stop(): Promise<ScannersSeen>;
  close(): Promise<void>;
};

/** All scanners of the stage; each has its snapshot when this returns. */
export async function openScanners({ side, venue }: DoorStage, { eventId }: Evening): Promise<Scanners> {
  const child = fork(join(import.meta.dirname, "scanner-load.ts"));
  const url = `${side.server.baseUrl.replace("http", "ws")}/v1/events/${eventId}/door`;
  const order = (each: ScannerOrder) => child.send(each);
  order({ kind: "open", asked: { url, scanners: venue.scanners } });
  await answerOf(child);
  return {
    start: (asked) => void order({ kind: "start", asked }),
    async stop() {
      order({ kind: "stop" });
      // The one cast: this is what it reports.
      const seen = (await answerOf(child)) as ScannersSeen;
      if (seen.verdicts["admitted"] !== seen.sent)
        throw new Error(`not all were let in: ${JSON.stringify(seen.verdicts)}`);
      return seen;
    },
    async close() {
      const ended = once(child, "exit");
      order({ kind: "close" });
      await ended;
    },
  };
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const failed = new AbortController();
  const ended = once(child, "exit", { signal: failed.signal }).then(([code]) => {
    throw new Error(`the scanners ended with status ${code}`);
  });
  ended.catch(() => undefined);
  const [answer] = (await Promise.race([once(child, "message"), ended])) as [unknown];
  failed.abort();
  return answer;
}

export type Pace = { readonly perSecond: number; readonly seconds: number; readonly tickets: readonly Ticket[] };
/** `seen` as one round: latencies are those of all scans, from when each was due. */
export type ScannersMeasured = Measured & { readonly seen: ScannersSeen };

export async function scanFor(scanners: Scanners, pace: Pace, tellsOthers: boolean): Promise<ScannersMeasured> {
  scanners.start({ tickets: pace.tickets, perSecond: pace.perSecond, tellsOthers });
  await wait(pace.seconds * 1_000);
  return measuredFrom(await scanners.stop(), pace.seconds);
}

export function measuredFrom(seen: ScannersSeen, seconds: number): ScannersMeasured {
  const { sent, latencies } = seen;
  const rates = { perSecond: sent / seconds, answersPerSecond: sent / seconds, cycles: sent };
  return { ...rates, p50: shareOf(latencies, 0.5), p99: shareOf(latencies, 0.99), statuses: {}, seen };
}
