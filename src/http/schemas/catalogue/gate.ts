// Defines a gate on the wire (rule G1).

import { z } from "@hono/zod-openapi";
import { GATE_STATUSES, type Gate as GateRow } from "../../../db/gates/gates.ts";
import { GATE_CODE } from "../../../domain/events/catalogue.ts";
import { capacity, changed, name, renderSettings, renderStamps, settings, settingsText, stamps } from "./catalogue.ts";
import { idText } from "../common.ts";

const gateCode = z.string().regex(GATE_CODE, "Not 1 to 32 of A to Z, 0 to 9 and _").openapi({ example: "NORTH_1" });

const gateName = name.openapi({ example: "North gate" });
const status = z.enum(GATE_STATUSES).openapi({ example: "open" });
const gateCapacity = capacity.nullable().openapi({ example: 1_200 });

export const GateInput = z
  .strictObject({
    gate_code: gateCode,
    name: gateName,
    status: status.default("open"),
    capacity: gateCapacity.default(null),
    settings,
  })
  .openapi("GateInput");

export const GateChange = z
  .strictObject({
    gate_code: gateCode.optional(),
    name: gateName.optional(),
    status: status.optional(),
    capacity: gateCapacity.optional(),
    settings: changed.settings,
  })
  .openapi("GateChange");

export const Gate = z
  .object({
    id: idText("gate"),
    venue_id: idText("ven"),
    organization_id: idText("org"),
    gate_code: z.string(),
    name: z.string(),
    status: z.enum(GATE_STATUSES),
    capacity: z.int().nullable(),
    settings: settingsText,
    ...stamps,
  })
  .openapi("Gate");

export function renderGate(row: GateRow): z.infer<typeof Gate> {
  return {
    id: row.id,
    venue_id: row.venue_id,
    organization_id: row.organization_id,
    gate_code: row.gate_code,
    name: row.name,
    status: row.status,
    capacity: row.capacity,
    settings: renderSettings(row.settings),
    ...renderStamps(row),
  };
}
