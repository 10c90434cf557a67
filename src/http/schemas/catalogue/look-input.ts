// Defines on the wire how an organiser sets the presentation of an event or an organisation (rules E10 to E12), and what
// organisers are shown of it.

import { z } from "@hono/zod-openapi";
import type { PublicOrganization } from "../../../db/organizations/public-organizations.ts";
import { parseColor } from "../../../domain/events/accent.ts";
import { MAX_IMAGE_ALT } from "../../../domain/limits.ts";
import { line } from "../common.ts";
import { renderDescription, shownLook, withImage } from "./look.ts";

export const accentColor = z
  .string()
  .refine((text) => parseColor(text) !== null, "Not a colour as #rrggbb")
  .overwrite((text) => text.toLowerCase())
  .nullable()
  .openapi({ description: "Used for buttons and lines of its pages.", example: "#a8003c" });

/** The query of an upload. */
export const imageQuery = z.strictObject({
  alt: line(MAX_IMAGE_ALT).optional().openapi({
    description: "The text in place of the picture for those who do not see it; left out for none.",
    example: "Two singers on a stage under red light",
  }),
});

export const wholeLook = {
  description: z.string().nullable(),
  description_html: z.string().nullable().openapi({ description: "`description` as HTML; null without one." }),
  ...shownLook,
};

type Row = Omit<PublicOrganization, "id" | "name" | "slug">;

export function renderLook(row: Row) {
  const { description, accent_color, image_id, image_width, image_height, image_alt } = row;
  return {
    ...{ description, description_html: renderDescription(description, row.description_html) },
    ...withImage({ accent_color, image_id, image_width, image_height, image_alt }),
  };
}
