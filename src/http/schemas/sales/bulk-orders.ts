// Defines many orders at a time on the wire: confirmed together, and compared with a bank statement (docs/api.md).

import { z } from "@hono/zod-openapi";
import type { ProjectedOrder } from "../../../db/orders/orders.ts";
import type { Refusal } from "../../../domain/errors.ts";
import type { OrderView } from "../../../domain/ledger/command.ts";
import { MAX_CONFIRMED_TOGETHER } from "../../../domain/limits.ts";
import { parseMoney } from "../../../domain/money.ts";
import type { Result } from "../../../domain/result.ts";
import {
  LINE_OUTCOMES,
  MAX_STATEMENT_LINES,
  MAX_STATEMENT_TEXT,
  type MatchedLine as Matched,
} from "../../../domain/orders/statement-lines.ts";
import { problemBody } from "../../problems/problem.ts";
import { idExample } from "../common.ts";
import { Order, renderOrder } from "./order.ts";
import { OrderPage } from "./order-history.ts";
import { ORDER_ID_EXAMPLE, orderIdText } from "./order-id.ts";

export const ConfirmInput = z
  .strictObject({
    order_ids: z
      .array(z.string().max(200))
      .min(1)
      .max(MAX_CONFIRMED_TOGETHER)
      .refine((ids) => new Set(ids).size === ids.length, "Each order is named once")
      .openapi({ example: [ORDER_ID_EXAMPLE] }),
  })
  .openapi("ConfirmOrdersInput");

const ConfirmedOrder = z
  .object({
    order_id: orderIdText,
    order: z.union([Order, z.null()]).openapi({ description: "Null when it was refused." }),
    problem: z
      .object({
        type: z.string(),
        title: z.string(),
        status: z.int(),
        code: z.string(),
        detail: z.string(),
        request_id: z.string(),
      })
      .catchall(z.unknown())
      .nullable()
      .openapi({
        description: "The problem that the route of a single order would have returned; null when it was confirmed.",
      }),
  })
  .openapi("ConfirmedOrder");

export const ConfirmedOrders = z
  .object({ data: z.array(ConfirmedOrder), confirmed: z.int(), refused: z.int() })
  .openapi("ConfirmedOrders");

/** `ids` and `results` are in the same order; `seesContacts`: whether the reader may see contacts. */
export function renderConfirmed(
  ids: readonly string[],
  results: readonly Result<OrderView, Refusal>[],
  { seesContacts, requestId }: { readonly seesContacts: boolean; readonly requestId: string },
): z.infer<typeof ConfirmedOrders> {
  const data = results.map((result, index) => ({
    order_id: ids[index] ?? "",
    order: result.ok ? renderOrder(result.value, seesContacts) : null,
    problem: result.ok ? null : { ...problemBody(result.refusal, requestId) },
  }));
  const confirmed = results.filter(({ ok }) => ok).length;
  return { data, confirmed, refused: results.length - confirmed };
}

const amount = z
  .string()
  .openapi({ example: "150.00" })
  .transform((text, context) => {
    const minor = parseMoney(text);
    if (minor !== null && minor > 0) return minor;
    context.addIssue({ code: "custom", message: "Not an amount of at least 0.01 with at most two decimals" });
    return z.NEVER;
  });

export const MatchInput = z
  .strictObject({
    lines: z
      .array(
        z.strictObject({
          text: z.string().max(MAX_STATEMENT_TEXT).openapi({ example: "EFT 7K3F-9QZ2-M4Z" }),
          amount,
        }),
      )
      .min(1)
      .max(MAX_STATEMENT_LINES)
      .openapi({ example: [{ text: "EFT 7K3F-9QZ2-M4Z", amount: "150.00" }] }),
    event_id: z
      .string()
      .max(100)
      .nullable()
      .default(null)
      .openapi({ description: "Only orders of this event; null for all.", example: idExample("evt") }),
  })
  .openapi("MatchInput");

const MatchedLine = z
  .object({
    line: z.int().openapi({ description: "Its position in the request, from 0 on." }),
    outcome: z.enum(LINE_OUTCOMES),
    reference: z.string().nullable().openapi({ example: "7K3F-9QZ2-M4Z" }),
    order: z.union([Order, z.null()]),
    same_as: z.int().nullable().openapi({ description: "The earlier line that names the same order." }),
  })
  .openapi("MatchedLine");

export const MatchedLines = OrderPage.pick({ as_of: true, behind: true })
  .extend({ data: z.array(MatchedLine) })
  .openapi("MatchedLines");

export function renderMatched(matched: readonly Matched<ProjectedOrder>[]): z.infer<typeof MatchedLine>[] {
  return matched.map(({ outcome, reference, order, sameAs }, line) => ({
    ...{ line, outcome, reference, same_as: sameAs },
    order: order && renderOrder(order, true),
  }));
}
