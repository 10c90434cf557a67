// Defines the presentation of an event or an organisation on the wire: description, colour and image (rules E10 to E12).

import { z } from "@hono/zod-openapi";
import { type ImageId, imagePath } from "../../../domain/image/image-id.ts";
import { paragraphsAsHtml } from "../../../domain/text/plain-html.ts";

export const shownLook = {
  accent_color: z.string().nullable().openapi({ example: "#a8003c" }),
  image: z.object({ url: z.string(), width: z.int(), height: z.int(), alt: z.string().nullable() }).nullable(),
};

type Parts = {
  readonly image_id: ImageId | null;
  readonly image_width: number | null;
  readonly image_height: number | null;
  readonly image_alt: string | null;
};

/** The row with its image in the form of a response, in place of the stored columns. */
export function withImage<Row extends Parts>({ image_id, image_width, image_height, image_alt, ...row }: Row) {
  const sides = { width: image_width ?? 0, height: image_height ?? 0 };
  return { ...row, image: image_id && { url: imagePath(image_id), ...sides, alt: image_alt } };
}

/** A description that was stored before descriptions were rendered is shown as it was typed. */
export function renderDescription(text: string | null, html: string | null): string | null {
  return html ?? (text === null ? null : paragraphsAsHtml(text));
}
