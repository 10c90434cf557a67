// Defines the leases of a door on the wire (rule D12; docs/api.md, "Scans"). All numbers but `calls` are persons.

import { z } from "@hono/zod-openapi";
import type { HeldLease } from "../../../domain/door/command.ts";
import type { LeaseNotice } from "../../../domain/door/leases/lease.ts";
import { MAX_CAPACITY, MAX_OVERRIDE_REASON } from "../../../domain/limits.ts";
import { idExample, idText, line } from "../common.ts";
import { scanId } from "./door.ts";

const since = { description: "A total since the beginning, so that the highest one counts.", example: 0 };

export const LeaseInput = z
  .strictObject({
    returned: z.int().min(0).max(MAX_CAPACITY).openapi(since),
    calls: z
      .int()
      .min(0)
      .openapi({ description: "The number of the last recall to which this scanner has replied.", example: 0 }),
    wants: z
      .boolean()
      .default(true)
      .openapi({ description: "False: it hands its lease in, and decides nothing alone any more.", example: true }),
  })
  .openapi("LeaseInput");

export const Lease = z
  .object({
    granted: z.int().openapi(since),
    drawn: z.int().openapi(since),
    returned: z.int().openapi(since),
    written_off: z.int().openapi(since),
    calls: z.int().openapi({
      description:
        "If higher than what the scanner has replied to, it has to give back everything that it has left, and report it.",
      example: 0,
    }),
  })
  .openapi("Lease");

export const WriteOffInput = z
  .strictObject({
    scan_id: scanId.openapi({
      type: "string",
      description: "128 random bits, like the id of a scan. A repeat has the same id, and counts once.",
      example: idExample("scn"),
    }),
    reason: line(MAX_OVERRIDE_REASON).openapi({
      description: "The reason, which the door's log records.",
      example: "Its battery is empty",
    }),
  })
  .openapi("WriteOffInput");

const all = "All are totals since the beginning.";
export const LeaseOut = z
  .object({
    device_id: idText("dev"),
    open: z.boolean().openapi({
      description: "Whether the device may let in alone; false once the lease is handed in or written off.",
    }),
    reserved: z.int().openapi({ description: "For how many persons the door keeps room." }),
    called_back: z.boolean().openapi({ description: "Whether the door has recalled it and has had no reply yet." }),
    granted: z.int().openapi({ description: all }),
    drawn: z.int().openapi({ description: "Used by scans that let in." }),
    returned: z.int(),
    written_off: z.int(),
  })
  .openapi("LeaseOut");
export const LeasesOut = z.object({ data: z.array(LeaseOut) }).openapi("LeasesOut");

export function renderLease({ writtenOff: written_off, ...lease }: LeaseNotice): z.infer<typeof Lease> {
  const { granted, drawn, returned, calls } = lease;
  return { granted, drawn, returned, written_off, calls };
}

export function renderLeaseOut(lease: HeldLease): z.infer<typeof LeaseOut> {
  const { deviceId, open, reserved, isCalled, granted, drawn, returned, writtenOff } = lease;
  return {
    ...{ device_id: deviceId, open, reserved, called_back: isCalled },
    ...{ granted, drawn, returned, written_off: writtenOff },
  };
}
