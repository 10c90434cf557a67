// What the resources of the catalogue have in common on the wire: names, slugs, settings, stamps.

import { z } from "@hono/zod-openapi";
import { MAX_SLUG, SLUG } from "../../domain/catalogue.ts";
import { MAX_CAPACITY, MAX_DESCRIPTION, MAX_NAME, MAX_SETTINGS_BYTES } from "../../domain/limits.ts";
import { must } from "../../domain/result.ts";
import { instantText, toIso } from "./common.ts";

/** A line of text that says something. */
export function line(max: number) {
  return z.string().max(max).regex(/\S/, "Empty");
}

export const name = line(MAX_NAME);
export const description = z.string().max(MAX_DESCRIPTION).nullable().default(null);
export const capacity = z.int().min(1).max(MAX_CAPACITY);
export const slug = z
  .string()
  .max(MAX_SLUG)
  .regex(SLUG, "Not lower-case letters, digits and single hyphens")
  .optional()
  .openapi({ description: "Made from the name when it is left out." });

/** For checks over several fields: only once each field is in order by itself. */
export const whenFieldsAre = {
  when: (checked: { readonly issues: readonly unknown[] }) => checked.issues.length === 0,
};

const encoder = new TextEncoder();

/** Free for the organiser; shown to the organisation alone. */
export const settings = z
  .record(z.string(), z.unknown())
  .default({})
  .refine(
    (value) => encoder.encode(JSON.stringify(value)).byteLength <= MAX_SETTINGS_BYTES,
    `Larger than ${MAX_SETTINGS_BYTES} bytes`,
  );
export const settingsText = z.record(z.string(), z.unknown());

/** The stored settings, which only what `settings` let through can be. */
export function renderSettings(text: string): z.infer<typeof settingsText> {
  return must(settingsText.safeParse(JSON.parse(text)).data, "settings are stored as an object");
}

/** What every resource ends with. */
export const stamps = { created_at: instantText, updated_at: instantText, version: z.int() };

export function renderStamps(row: { created_at: number; updated_at: number; version: number }) {
  return { created_at: toIso(row.created_at), updated_at: toIso(row.updated_at), version: row.version };
}
