// Exports orders as CSV (rule O16). The audit row is written first; then pages are sent as fast as the client reads.

import { writeAudit } from "../../db/audit/audit.ts";
import { type ExportFilters, exportsMoreThan, readExportPage } from "../../db/orders/order-export.ts";
import { BYTE_ORDER_MARK } from "../../domain/text/csv.ts";
import type { Refusal } from "../../domain/errors.ts";
import { describeFault } from "../../domain/fault.ts";
import { MAX_EXPORTED } from "../../domain/limits.ts";
import {
  EXPORT_HEADER,
  exportEnd,
  type ExportedOrder,
  exportLine,
  openLocalTime,
} from "../../domain/orders/order-export.ts";
import { searchedBy } from "../../domain/orders/order-search.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { toIso } from "../../domain/time/instant.ts";
import { logError } from "../../shared/log.ts";
import { auditOf } from "../audit-of.ts";
import type { Context } from "../context.ts";

/** A page is one statement. It is so large that the longest export has 200 of them, and small enough for a result of D1. */
const A_PAGE = 500;

type Body = ReadableStream<Uint8Array>;

/**
 * Returns the bytes of the file. A fault breaks off the response, since a file that ends too soon must not look complete.
 */
export async function exportOrders(
  context: Context<Organiser>,
  filter: Omit<ExportFilters, "organizationId">,
): Promise<Result<Body, Refusal>> {
  const { actor, db, requestId } = context;
  assert(can(actor, "order.read"), "the route has checked the permission");
  const filters = { ...filter, organizationId: actor.organizationId };
  if (await exportsMoreThan(db, filters, MAX_EXPORTED)) return refuse({ code: "invalid_request", errors: [TOO_MANY] });
  const { eventId, status, since, until, terms } = filters;
  const changes = {
    ...{ event_id: eventId, status, since: since === null ? null : toIso(since), until: toIso(until) },
    // Not the text: it may be somebody's name or address, which could never be erased from the log.
    searched_by: terms === null ? null : searchedBy(terms),
  };
  const done = { action: "order.export", resourceKind: "organization", resourceId: actor.organizationId };
  await writeAudit(db, auditOf(context, { ...done, organizationId: actor.organizationId, changes }));
  const parts = csvParts((after) => readExportPage(db, filters, after, A_PAGE));
  return accept(
    streamOf(parts, (fault) =>
      logError({ event: "export_broken_off", request_id: requestId, error: describeFault(fault) }),
    ),
  );
}

const TOO_MANY = {
  path: "/since",
  message: `More than ${MAX_EXPORTED} orders: export them in parts, with since and until`,
};

/** Yields the text of the file, one page at a time. `read` returns the orders after one, and none after the last. */
export async function* csvParts(
  read: (after: ExportedOrder | null) => Promise<readonly ExportedOrder[]>,
): AsyncGenerator<string> {
  const localTime = openLocalTime();
  let count = 0;
  let after: ExportedOrder | null = null;
  yield BYTE_ORDER_MARK + EXPORT_HEADER;
  for (;;) {
    const page: readonly ExportedOrder[] = await read(after);
    count += page.length;
    if (count > MAX_EXPORTED) throw new Error("more orders came than may be exported");
    yield page.map((order) => exportLine(order, localTime)).join("");
    after = page.at(-1) ?? null;
    if (page.length < A_PAGE || after === null) break;
  }
  yield exportEnd(count);
}

/** Reads one part each time that the client wants more, so that no page waits in memory for a slow client. */
export function streamOf(parts: AsyncGenerator<string>, broken: (fault: unknown) => void): Body {
  const encoder = new TextEncoder();
  let isGone = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await parts.next();
          if (isGone) return;
          if (next.done === true) controller.close();
          else controller.enqueue(encoder.encode(next.value));
        } catch (fault) {
          if (isGone) return;
          broken(fault);
          controller.error(fault);
        }
      },
      async cancel() {
        isGone = true;
        await parts.return(undefined);
      },
    },
    { highWaterMark: 1 },
  );
}
