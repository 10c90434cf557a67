// Serves images to everybody (rule E11). An id always shows the same image, so a client need not request it again.

import { z } from "@hono/zod-openapi";
import { readStoredImage } from "../../../cache/images.ts";
import { imageTypeOf, IMAGE_TYPES } from "../../../domain/image/image-type.ts";
import { parseImageId } from "../../../domain/image/image-id.ts";
import { anonymous } from "../../middleware/access.ts";
import { admitId, rememberId } from "../../middleware/limits/miss-limit.ts";
import { problem } from "../../problems/problem.ts";
import { endpoint, newRouter } from "../../routing.ts";

export const publicImages = newRouter();

const FOR_EVER = {
  "Cache-Control": "public, max-age=31536000, immutable",
  // A page of any origin may show it.
  "Cross-Origin-Resource-Policy": "cross-origin",
};

const binary = { schema: { type: "string", format: "binary" } as const };

const read = endpoint(
  {
    method: "get",
    path: "/v1/public/images/{id}",
    tags: ["Storefront"],
    summary: "See an image",
    description: "The image at `image.url` of an event or an organisation. It never changes.",
    middleware: anonymous,
    request: {
      params: z.object({
        id: z.string().openapi({ param: { name: "id", in: "path" }, example: `img_${"0f".repeat(32)}` }),
      }),
    },
    responses: {
      200: { description: "The image", content: Object.fromEntries(IMAGE_TYPES.map((type) => [type, binary])) },
    },
  },
  ["not_found", "rate_limited"],
);

publicImages.openapi(read, async (c) => {
  const id = parseImageId(c.req.valid("param").id);
  if (!id) return problem(c, { code: "not_found" });
  const excess = await admitId(c, id);
  if (excess) return problem(c, excess);
  const image = await readStoredImage(c.env.CATALOGUE_CACHE, id);
  if (!image.ok) return problem(c, image.refusal);
  rememberId(id);
  return c.body(image.value, 200, { ...FOR_EVER, "Content-Type": imageTypeOf(image.value) });
});
