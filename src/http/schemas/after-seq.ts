// Where in a log that is read in the order of `seq` a list begins.

import { z } from "@hono/zod-openapi";

export const afterSeq = z
  .string()
  .regex(/^\d{1,15}$/, "Not a whole number")
  .transform(Number)
  .default(0)
  .openapi({ type: "integer", minimum: 0, default: 0, example: 0, description: "The last position that is known." });
