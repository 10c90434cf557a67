// Defines the id of an order on the wire; it contains the order's home.

import { z } from "@hono/zod-openapi";

export const ORDER_ID_EXAMPLE = `ord_${"4c9n0q2r8k3f7t5v1x6y0z9m2d".repeat(2)}`;

export const orderIdText = z.string().openapi({ example: ORDER_ID_EXAMPLE });
