// Defines the parameter that says after which `seq` a list of log rows begins.

import { z } from "@hono/zod-openapi";

export const afterSeq = z
  .string()
  .regex(/^\d{1,15}$/, "Not a whole number")
  .transform(Number)
  .default(0)
  .openapi({
    type: "integer",
    minimum: 0,
    default: 0,
    example: 0,
    description: "The last position that the caller has.",
  });
