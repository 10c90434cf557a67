// Defines a ticket type's rules of entry on the wire (rule D8). Times are epoch ms inside.

import { z } from "@hono/zod-openapi";
import {
  admissionErrors,
  admissionFrom,
  DEFAULT_ADMISSION,
  ENTRY_KINDS,
  MAX_ADMITS,
  MAX_ENTRIES,
  MAX_GAP_MINUTES,
  MAX_NAMED,
} from "../../../domain/door/admission.ts";
import { addFaults } from "./catalogue.ts";
import { idExample, idText, instant, instantText, toIso } from "../common.ts";

const limit = (max: number) => z.int().min(1).max(max).nullable().default(null);
// The form of the id is not checked, since a malformed id is treated as unknown, which is 422.
const gate = z
  .string()
  .max(100)
  .openapi({ example: idExample("gate") });
const windows = z.array(
  z.strictObject({
    from: instant.openapi({ example: "2030-12-07T16:00:00+02:00" }),
    until: instant.openapi({ example: "2030-12-07T20:00:00+02:00" }),
  }),
);

export const AdmissionInput = z
  .strictObject({
    entry: z.enum(ENTRY_KINDS).default(DEFAULT_ADMISSION.entry).openapi({
      description: "Whether the ticket lets in once, again after an exit, or again at any time.",
      example: "reentry",
    }),
    gates: z.array(gate).max(MAX_NAMED).nullable().default(null).openapi({
      description: "Gates of the event's venue; null for all.",
    }),
    windows: windows.max(MAX_NAMED).nullable().default(null).openapi({
      description:
        "Sorted and not overlapping; open while `from <= now < until`. Null: from the doors' opening to the end.",
    }),
    per_day: limit(MAX_ENTRIES).openapi({ description: "Entries a day. Null: no limit.", example: 2 }),
    max_entries: limit(MAX_ENTRIES).openapi({ description: "Entries in all. Null: no limit.", example: 5 }),
    gap_minutes: limit(MAX_GAP_MINUTES).openapi({
      description: "From the last entry or exit to the next entry. Null: none.",
      example: 10,
    }),
    admits: z.int().min(1).max(MAX_ADMITS).default(DEFAULT_ADMISSION.admits).openapi({
      description: "Persons that one ticket lets in together.",
      example: 1,
    }),
  })
  .superRefine((given, context) =>
    addFaults(
      context,
      admissionErrors(given).map(({ path, message }) => ({ path: `/${path.replaceAll(".", "/")}`, message })),
    ),
  )
  .openapi("AdmissionInput", {
    description: "Fields that are left out are standard; null makes all of them standard.",
  });

export const Admission = z
  .object({
    entry: z.enum(ENTRY_KINDS),
    gates: z.array(idText("gate")).nullable(),
    windows: z.array(z.object({ from: instantText, until: instantText })).nullable(),
    per_day: z.int().nullable(),
    max_entries: z.int().nullable(),
    gap_minutes: z.int().nullable(),
    admits: z.int(),
  })
  .openapi("Admission");

export function renderAdmission(stored: string | null): z.infer<typeof Admission> {
  const { gates, windows, ...rest } = admissionFrom(stored);
  return {
    ...rest,
    gates: gates === null ? null : [...gates],
    windows: windows?.map(({ from, until }) => ({ from: toIso(from), until: toIso(until) })) ?? null,
  };
}
