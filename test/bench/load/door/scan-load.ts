// Sends scans over HTTP from a process of its own: connections that always have a request under way, each scan of
// another ticket.

import { newId } from "../../../../src/cli/rows/credentials.ts";
import { must } from "../../../../src/domain/result.ts";
import type { Scanner } from "../../../support/server/catalogue/door-show.ts";
import { openConnection, postRequest } from "../connection.ts";
import type { Measured } from "../load.ts";
import { shareOf } from "../../report/timings.ts";

/** `scanners`: each connection is one of them. `codes`: where all are scanned before the time is over, it ends by then. */
export type ScanLoad = {
  readonly baseUrl: string;
  readonly eventId: string;
  readonly scanners: readonly Scanner[];
  readonly codes: readonly string[];
  readonly source: "camera" | "reader";
  readonly connections: number;
  readonly seconds: number;
};

process.once("message", (load: ScanLoad) => {
  void measure(load).then((measured) => process.send?.(measured, () => process.exit(0)));
});

async function measure(load: ScanLoad): Promise<Measured> {
  const { baseUrl, connections, seconds } = load;
  const all = await Promise.all(Array.from({ length: connections }, () => openConnection(baseUrl)));
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  const next = requestsOf(load);
  const begun = performance.now();
  await Promise.all(
    all.map(async (connection, index) => {
      let last: string | null = null;
      for (let sentAt = begun; sentAt < begun + seconds * 1_000; sentAt = performance.now()) {
        const scan = next(index, last);
        if (scan === null) return;
        const { request, scanId } = scan;
        const { status } = await connection.ask(request);
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (status !== 200) continue;
        latencies.push(performance.now() - sentAt);
        last = scanId;
      }
    }),
  );
  const took = (performance.now() - begun) / 1_000;
  for (const connection of all) connection.close();
  const answers = Object.values(statuses).reduce((sum, times) => sum + times, 0);
  return {
    ...{ perSecond: latencies.length / took, answersPerSecond: answers / took, cycles: latencies.length, statuses },
    ...{ p50: shareOf(latencies, 0.5), p99: shareOf(latencies, 0.99) },
  };
}

/** `last`: the scan of this connection whose verdict has arrived. */
function requestsOf({ baseUrl, eventId, scanners, codes, source }: ScanLoad) {
  const { host } = new URL(baseUrl);
  const path = `/v1/events/${eventId}/scans`;
  let n = 0;
  return (index: number, last: string | null) => {
    const { token, gateId: gate_id } = must(scanners[index % scanners.length], "there is a scanner");
    const scanId = newId("scn");
    const code = codes[n++];
    if (code === undefined) return null;
    const scan = { scan_id: scanId, code, direction: "in", source, gate_id, acked: last === null ? [] : [last] };
    return { scanId, request: postRequest({ host, path, token, body: JSON.stringify(scan) }) };
  };
}
