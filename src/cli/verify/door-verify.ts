// `npm run ledger:verify -- --door EVENT_ID`: reads the log of an event's door page by page, verifies it, and prints the
// row at which it breaks.

import { isDeepStrictEqual } from "node:util";
import type * as z from "zod";
import { openClient } from "../../client/client.ts";
import { type DoorHead, type DoorRow, EMPTY_DOOR, type GateInRow } from "../../domain/door/rows/door-log.ts";
import { parseSerial } from "../../domain/door/tickets/serial.ts";
import { type DoorVerdict, type NotedRow, openDoorVerifier } from "../../domain/door/verify/verify.ts";
import type { GateId } from "../../domain/ids.ts";
import type { Sha256Hex } from "../../domain/ledger/chain.ts";
import {
  DoorCheckpoint as ServedCheckpoint,
  DoorRow as ServedRow,
  renderDoorRow,
} from "../../http/schemas/entry/door-log.ts";

const A_PAGE = 100;

/**
 * A page as the API serves it. `checkpoint` is the row behind which all were deleted; a Worker of an earlier release sends
 * none.
 */
export type ServedPage = { readonly data: readonly unknown[]; readonly checkpoint?: unknown };

/** Reads the log page by page from the API. Throws when the API refuses. */
export async function* readDoorLog(baseUrl: string, token: string, eventId: string): AsyncGenerator<ServedPage> {
  const client = openClient({ baseUrl, token });
  for (let after_seq = 0, more = true; more; ) {
    const page = await client.call("GET /v1/events/{id}/scans", { id: eventId, query: { limit: A_PAGE, after_seq } });
    if (!page.ok)
      throw new Error(`${baseUrl} refuses to show this log: ${page.problem.detail} (${page.problem.status})`);
    const { data, next_cursor } = page.body;
    yield page.body;
    after_seq = data.at(-1)?.seq ?? after_seq;
    more = next_cursor !== null && data.length > 0;
  }
}

/** `from` is the row behind which the log begins, since the rows before were deleted (rule D25); 0 when it is complete. */
export type ServedVerdict = DoorVerdict & { readonly from: number };

/** `pages` come in their order, from the first on. Throws when rows were deleted meanwhile. */
export async function verifyDoorLog(
  pages: AsyncIterable<ServedPage>,
  sha256: Sha256Hex,
  noted: readonly NotedRow[] = [],
): Promise<ServedVerdict> {
  let from: number | null = null;
  let verifier = openDoorVerifier(sha256, noted);
  const verdict = (): ServedVerdict => ({ ...verifier.verdict(), from: from ?? 0 });
  for await (const { data, checkpoint = null } of pages) {
    const begins = checkpoint === null ? EMPTY_DOOR : headOf(ServedCheckpoint.parse(checkpoint));
    if (from === null) verifier = openDoorVerifier(sha256, noted, begins);
    else if (from !== begins.seq) throw new Error("Rows were deleted while the log was read. Run the command again.");
    from = begins.seq;
    for (const value of data) {
      const { last } = verifier.verdict();
      const broken = (why: string) => ({ ...verdict(), broken: { seq: last.seq + 1, why } });
      const served = ServedRow.safeParse(value);
      const row = served.success ? rowOf(served.data) : null;
      if (!served.success || row === null) return broken("it does not have the form of a row that this version knows");
      if (!verifier.take(row)) return verdict();
      if (!isShownSo(row, served.data)) return broken("its facts differ from its `detail`");
    }
  }
  return verdict();
}

function headOf({ seq, at, inside, admitted, gates, hash }: z.infer<typeof ServedCheckpoint>): DoorHead {
  const counts = gates.map(gateOf).map(({ id, ...gate }) => [id, gate] as const);
  return { seq, receivedAt: Date.parse(at), counts: { inside, admitted, gates: new Map(counts) }, hash };
}

type Served = z.infer<typeof ServedRow>;

/** Null when the serial is malformed. */
function rowOf(served: Served): DoorRow | null {
  const { at, received_at, serial, scan_id, gate_id, type_number, request_id, let_in, gates, ...same } = served;
  const number = serial === null ? null : parseSerial(serial);
  if (serial !== null && number === null) return null;
  const { seq, kind, actor, generation, source, decided, verdict, detail, reason, ref, inside, admitted, hash } = same;
  // The casts, here and of a gate's id: ids are branded where they are made; here they are text that the chain covers.
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

/** Fields without a column are in `detail`, so they are made from it again and compared. */
function isShownSo(row: DoorRow, served: Served): boolean {
  try {
    return isDeepStrictEqual(renderDoorRow(row), served);
  } catch {
    return false;
  }
}
