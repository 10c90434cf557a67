// Defines a basket on the wire: holds of several ticket types of an event, placed by one request (docs/api.md).

import { z } from "@hono/zod-openapi";
import type { Basket as Placed } from "../../../app/orders/place-basket.ts";
import { ticketTypeOfHold } from "../../../domain/ids.ts";
import { MAX_ITEMS_PER_BASKET } from "../../../domain/limits.ts";
import { shownItem } from "../../problems/problem-map.ts";
import { idExample, idText } from "../common.ts";
import { Hold, renderHold } from "./hold.ts";

export const BasketInput = z
  .strictObject({
    items: z
      .array(z.strictObject({ ticket_type_id: idText("tt").max(200), quantity: z.int().openapi({ example: 2 }) }))
      .min(1)
      .max(MAX_ITEMS_PER_BASKET)
      .refine(
        (items) => new Set(items.map(({ ticket_type_id }) => ticket_type_id)).size === items.length,
        "Each ticket type is named once",
      )
      .openapi({ example: [{ ticket_type_id: idExample("tt"), quantity: 2 }] }),
    all_or_nothing: z.boolean().openapi({
      description: "Whether everything is given back when a part cannot be held.",
      example: true,
    }),
  })
  .openapi("BasketInput");

export const Basket = z
  .object({
    holds: z.array(Hold),
    refused: z.array(
      z
        .looseObject({
          ticket_type_id: idText("tt"),
          code: z.string().nullable().openapi({
            description:
              "The code and facts of the refused hold; null when it was not placed and the reason is not known.",
          }),
        })
        .openapi({
          example: { ticket_type_id: "tt_4c9n0q2r8k3f7t5v1x6y0z9m2d", code: "sold_out", available_quantity: 1 },
        }),
    ),
  })
  .openapi("Basket");
type Basket = z.infer<typeof Basket>;

export function renderBasket({ holds, refused }: Placed): Basket {
  return {
    holds: holds.map((hold) => renderHold(hold, ticketTypeOfHold(hold.id))),
    refused: refused.map((item) => ({ ...shownItem(item) })),
  };
}
