// Defines a venue on the wire (rule V1).

import { z } from "@hono/zod-openapi";
import { VENUE_STATUSES, type Venue as VenueRow } from "../../../db/venues/venues.ts";
import { isCountry, timezoneNamed } from "../../../domain/events/catalogue.ts";
import {
  capacity,
  changed,
  name,
  renderSettings,
  renderStamps,
  settings,
  settingsText,
  slug,
  stamps,
} from "./catalogue.ts";
import { idText, line } from "../common.ts";

const MAX_POSTAL_CODE = 20;

/** The zone under which the runtime, which has the IANA database, knows `timeZone`; null when it does not know it. */
function resolvedHere(timeZone: string): string | null {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/** Accepted in any case, stored in IANA's (rule V1). */
const timezone = z
  .string()
  .max(64)
  .openapi({ example: "Africa/Johannesburg" })
  .transform((text, context) => {
    const zone = timezoneNamed(text, resolvedHere);
    if (zone !== null) return zone;
    context.addIssue({ code: "custom", message: "Not an IANA time zone" });
    return z.NEVER;
  });

const place = {
  name: name.openapi({ example: "Stadium North" }),
  slug: slug.openapi({ example: "stadium-north" }),
  address: name.openapi({ example: "1 Stadium Road" }),
  city: name.openapi({ example: "Pretoria" }),
  country: z.string().refine(isCountry, "Not an ISO 3166-1 alpha-2 code").openapi({ example: "ZA" }),
  timezone,
  capacity,
};
const postalCode = line(MAX_POSTAL_CODE).nullable().openapi({ example: "0002" });

export const VenueInput = z
  .strictObject({ ...place, postal_code: postalCode.default(null), settings })
  .openapi("VenueInput");

export const VenueChange = z
  .strictObject({
    ...changed,
    ...z.object(place).partial().shape,
    postal_code: postalCode.optional(),
  })
  .omit({ description: true })
  .openapi("VenueChange");

export const Venue = z
  .object({
    id: idText("ven"),
    organization_id: idText("org"),
    name: z.string(),
    slug: z.string(),
    address: z.string(),
    city: z.string(),
    country: z.string(),
    postal_code: z.string().nullable(),
    timezone: z.string(),
    capacity: z.int(),
    settings: settingsText,
    status: z.enum(VENUE_STATUSES),
    ...stamps,
  })
  .openapi("Venue");

export function renderVenue(row: VenueRow): z.infer<typeof Venue> {
  return {
    id: row.id,
    organization_id: row.organization_id,
    name: row.name,
    slug: row.slug,
    address: row.address,
    city: row.city,
    country: row.country,
    postal_code: row.postal_code,
    timezone: row.timezone,
    capacity: row.capacity,
    settings: renderSettings(row.settings),
    status: row.status,
    ...renderStamps(row),
  };
}
