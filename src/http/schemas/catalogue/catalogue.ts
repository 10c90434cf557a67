// Defines what the resources of the catalogue share on the wire: names, slugs, settings, timestamps.

import { z } from "@hono/zod-openapi";
import { MAX_SLUG, SLUG } from "../../../domain/events/slug.ts";
import type { FieldError } from "../../../domain/errors.ts";
import { MAX_CAPACITY, MAX_DESCRIPTION, MAX_NAME, MAX_SETTINGS_BYTES } from "../../../domain/limits.ts";
import { must } from "../../../domain/result.ts";
import { instantText, line, lines, toIso } from "../common.ts";

export const name = line(MAX_NAME).openapi({ example: "Summer Nights" });
const descriptionText = lines(MAX_DESCRIPTION).nullable().openapi({ example: "Two stages, one evening." });
export const description = descriptionText.default(null);
export const capacity = z.int().min(1).max(MAX_CAPACITY).openapi({ example: 5_000 });
export const slug = z
  .string()
  .max(MAX_SLUG)
  .regex(SLUG, "Not lower-case letters, digits and single hyphens")
  .optional()
  .openapi({ description: "Made from the name when it is left out.", example: "summer-nights" });

/** Adds faults between several fields, which are checked only once each field is valid by itself. */
export function addFaults(context: z.core.$RefinementCtx, faults: readonly FieldError[]): void {
  if (context.issues.length > 0) return;
  for (const { path, message } of faults) {
    context.addIssue({ code: "custom", path: path.slice(1).split("/"), message });
  }
}

const encoder = new TextEncoder();

/** For the organiser's own use; shown to the organisation alone. */
const settingsGiven = z
  .record(z.string(), z.unknown())
  .refine(
    (value) => encoder.encode(JSON.stringify(value)).byteLength <= MAX_SETTINGS_BYTES,
    `Larger than ${MAX_SETTINGS_BYTES} bytes`,
  )
  .openapi({ example: { contact: "box-office@example.org" } });
export const settings = settingsGiven.default({});
export const settingsText = z.record(z.string(), z.unknown());

/** In a change no field has a default: what is left out stays as it is. */
export const changed = {
  name: name.optional(),
  slug,
  description: descriptionText.optional(),
  settings: settingsGiven.optional(),
};

/** Parses the stored settings, which `settings` has checked before they were stored. */
export function renderSettings(text: string): z.infer<typeof settingsText> {
  return must(settingsText.safeParse(JSON.parse(text)).data, "settings are stored as an object");
}

/** The last fields of every resource. */
export const stamps = { created_at: instantText, updated_at: instantText, version: z.int() };

export function renderStamps(row: { created_at: number; updated_at: number; version: number }) {
  return { created_at: toIso(row.created_at), updated_at: toIso(row.updated_at), version: row.version };
}
