// Schemas that many routes share: ids, money, times, pages.

import { z } from "@hono/zod-openapi";
import { type IdPrefix, type idFrom, parseId } from "../../domain/ids.ts";
import { DEFAULT_PAGE, MAX_PAGE } from "../../domain/limits.ts";
import { CURRENCY, MAX_PRICE, parseMoney } from "../../domain/money.ts";

type IdOf<P extends IdPrefix> = ReturnType<typeof idFrom<P>>;
const BODY_EXAMPLE = "4c9n0q2r8k3f7t5v1x6y0z9m2d";

/** The id in a path, as `{ id }`: null when malformed, which is an unknown id (404) and not an invalid request. */
export function idParam<P extends IdPrefix>(prefix: P) {
  return z.object({
    id: z
      .string()
      .openapi({ param: { name: "id", in: "path" }, example: idExample(prefix) })
      .transform((text): IdOf<P> | null => parseId(prefix, text)),
  });
}

/** An id as the examples show it. */
export function idExample(prefix: IdPrefix): string {
  return `${prefix}_${BODY_EXAMPLE}`;
}

/** An id as it is answered. */
export function idText(prefix: IdPrefix) {
  return z.string().openapi({ example: idExample(prefix) });
}

/** An instant as it comes in: ISO 8601 with an offset; epoch ms inside. */
export const instant = z.iso
  .datetime({ offset: true, error: "Not an ISO 8601 time with an offset" })
  .openapi({ format: "date-time", example: "2026-12-05T20:00:00+02:00" })
  .transform((text) => Date.parse(text));

/** An instant as it is answered: UTC with milliseconds. */
export const instantText = z.string().openapi({ format: "date-time", example: "2026-12-05T18:00:00.000Z" });

export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Money as it comes in: a decimal with at most two places, 0.00 to 1,000,000.00 (rule K1); minor units inside. */
export const money = z
  .string()
  .openapi({ example: "150.00" })
  .transform((text, context) => {
    const minor = parseMoney(text);
    if (minor !== null && minor <= MAX_PRICE) return minor;
    context.addIssue({ code: "custom", message: "Not an amount from 0.00 to 1000000.00 with at most two decimals" });
    return z.NEVER;
  });

/** Money as it is answered: two decimals (domain/money.ts, `formatMoney`). */
export const moneyText = z.string().openapi({ example: "150.00" });
export const currencyText = z.string().openapi({ example: CURRENCY });

const limit = z
  .string()
  .regex(/^\d{1,3}$/, "Not a whole number")
  .transform(Number)
  .refine((value) => value >= 1 && value <= MAX_PAGE, `Not a number from 1 to ${MAX_PAGE}`)
  .default(DEFAULT_PAGE)
  .openapi({ type: "integer", minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE, example: DEFAULT_PAGE });

/** The query parameters of every list; spread into a `z.strictObject` beside the filters. */
export const pagingQuery = {
  limit,
  cursor: z
    .string()
    .max(500)
    .optional()
    .openapi({ description: "`next_cursor` of the page before, with the same filters." }),
};

/** A page of a list as it is answered. */
export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({ data: z.array(item), next_cursor: z.string().nullable() });
}

export function json<S extends z.ZodType>(schema: S) {
  return { "application/json": { schema } };
}

/** The body of a request. */
export function jsonContent<S extends z.ZodType>(schema: S) {
  return { required: true as const, content: json(schema) };
}
