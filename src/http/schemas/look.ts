// How an event or an organisation looks, on the wire (rules E10 to E12).

import { z } from "@hono/zod-openapi";
import { type ImageId, imagePath } from "../../domain/image/image-id.ts";
import { paragraphsAsHtml } from "../../domain/plain-html.ts";

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

/** The row with its image as it is answered, in the place of the parts that are stored. */
export function withImage<Row extends Parts>({ image_id, image_width, image_height, image_alt, ...row }: Row) {
  const sides = { width: image_width ?? 0, height: image_height ?? 0 };
  return { ...row, image: image_id && { url: imagePath(image_id), ...sides, alt: image_alt } };
}

/** One that was stored before descriptions were rendered is shown as it was typed. */
export function renderDescription(text: string | null, html: string | null): string | null {
  return html ?? (text === null ? null : paragraphsAsHtml(text));
}
