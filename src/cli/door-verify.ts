// `npm run ledger:verify -- --door EVENT_ID`: reads the log of an event's door page by page, recounts it, and says at which
// row it breaks.

import { isDeepStrictEqual } from "node:util";
import type * as z from "zod";
import { openClient } from "../client/client.ts";
import type { DoorRow, GateInRow } from "../domain/door/door-log.ts";
import { parseSerial } from "../domain/door/serial.ts";
import { type DoorVerdict, type NotedRow, openDoorVerifier } from "../domain/door/verify.ts";
import type { GateId } from "../domain/ids.ts";
import type { Sha256Hex } from "../domain/ledger/chain.ts";
import { DoorRow as ServedRow, renderDoorRow } from "../http/schemas/door-log.ts";

const A_PAGE = 100;

/** The rows of the log, as the API serves them. Throws when it refuses. */
export async function* readDoorLog(
  baseUrl: string,
  token: string,
  eventId: string,
): AsyncGenerator<readonly unknown[]> {
  const client = openClient({ baseUrl, token });
  for (let after_seq = 0, more = true; more; ) {
    const page = await client.call("GET /v1/events/{id}/scans", { id: eventId, query: { limit: A_PAGE, after_seq } });
    if (!page.ok) throw new Error(`${baseUrl} does not show this log: ${page.problem.detail} (${page.problem.status})`);
    const { data, next_cursor } = page.body;
    yield data;
    after_seq = data.at(-1)?.seq ?? after_seq;
    more = next_cursor !== null && data.length > 0;
  }
}

/** `pages` in their order, from the first row on. */
export async function verifyDoorLog(
  pages: AsyncIterable<readonly unknown[]>,
  sha256: Sha256Hex,
  noted: readonly NotedRow[] = [],
): Promise<DoorVerdict> {
  const verifier = openDoorVerifier(sha256, noted);
  for await (const page of pages) {
    for (const value of page) {
      const { last } = verifier.verdict();
      const broken = (why: string) => ({ last, broken: { seq: last.seq + 1, why } });
      const served = ServedRow.safeParse(value);
      const row = served.success ? rowOf(served.data) : null;
      if (!served.success || row === null) return broken("it has not the form of a row that this version knows");
      if (!verifier.take(row)) return verifier.verdict();
      if (!isShownSo(row, served.data)) return broken("it shows other facts than its `detail` has");
    }
  }
  return verifier.verdict();
}

type Served = z.infer<typeof ServedRow>;

/** Null when the serial is none. */
function rowOf(served: Served): DoorRow | null {
  const { at, received_at, serial, scan_id, gate_id, type_number, request_id, let_in, gates, ...same } = served;
  const number = serial === null ? null : parseSerial(serial);
  if (serial !== null && number === null) return null;
  const { seq, kind, actor, generation, source, decided, verdict, detail, reason, ref, inside, admitted, hash } = same;
  // The casts, here and of a gate's id: who made the ids has branded them, and here they are text that the chain vouches for.
  const ids = { scanId: scan_id, gateId: gate_id, ref } as Pick<DoorRow, "scanId" | "gateId" | "ref">;
  return {
    ...{ seq, at: Date.parse(at), receivedAt: Date.parse(received_at), kind, actor, requestId: request_id },
    ...{ serial: number, typeNumber: type_number, generation, source, decided, verdict, detail, reason },
    ...{ letIn: let_in, inside, admitted, gates: gates.map(gateOf), hash },
    ...ids,
  };
}

function gateOf({ gate_id: id, entries, exits, inside_by: insideBy }: Served["gates"][number]): GateInRow {
  return { id: id as GateId, entries, exits, insideBy };
}

/** What is no column stands in `detail`: it is made of that once more. */
function isShownSo(row: DoorRow, served: Served): boolean {
  try {
    return isDeepStrictEqual(renderDoorRow(row), served);
  } catch {
    return false;
  }
}
