// Defines schemas that many routes share: ids, money, times, pages.

import { z } from "@hono/zod-openapi";
import { normalizeEmail } from "../../domain/orders/contact.ts";
import { type IdPrefix, type idFrom, parseId } from "../../domain/ids.ts";
import { parseInstant } from "../../domain/time/instant.ts";
import { DEFAULT_PAGE, MAX_EMAIL, MAX_PAGE } from "../../domain/limits.ts";
import { CURRENCY, MAX_PRICE, parseMoney } from "../../domain/money.ts";
import { isLine, isText, LINE_FAULT, saysSomething, TEXT_FAULT, withLineFeeds } from "../../domain/text/text.ts";

type IdOf<P extends IdPrefix> = ReturnType<typeof idFrom<P>>;
const BODY_EXAMPLE = "4c9n0q2r8k3f7t5v1x6y0z9m2d";

/**
 * The id in a path, as `{ id }`. A malformed id becomes null, since it is treated as unknown (404) and not as an invalid
 * request.
 */
export function idParam<P extends IdPrefix>(prefix: P) {
  return z.object({
    id: z
      .string()
      .openapi({ param: { name: "id", in: "path" }, example: idExample(prefix) })
      .transform((text): IdOf<P> | null => parseId(prefix, text)),
  });
}

/** An id for the examples. */
export function idExample(prefix: IdPrefix): string {
  return `${prefix}_${BODY_EXAMPLE}`;
}

/** An id in a response. */
export function idText(prefix: IdPrefix) {
  return z.string().openapi({ example: idExample(prefix) });
}

/**
 * An instant in a request: ISO 8601 with an offset; epoch ms inside. Examples lie years ahead, since people and tests send
 * them unchanged, and an event in the past would be refused.
 */
export const instant = z
  .string()
  .openapi({ format: "date-time", example: "2030-12-07T20:00:00+02:00" })
  .transform((text, context) => {
    const at = parseInstant(text);
    if (at.ok) return at.value;
    context.addIssue({ code: "custom", message: at.refusal });
    return z.NEVER;
  });

/** An instant in a response: UTC with milliseconds. */
export const instantText = z.string().openapi({ format: "date-time", example: "2030-12-07T18:00:00.000Z" });

export { toIso } from "../../domain/time/instant.ts";

/** One line that has something to read and nothing invisible (rule X9); blanks around it are removed. */
export function line(max: number) {
  return z.string().trim().max(max).refine(saysSomething, "Empty").refine(isLine, LINE_FAULT);
}

/** A text that may have several lines, each ended by a line feed (rule X9). */
export function lines(max: number) {
  return z.string().overwrite(withLineFeeds).max(max).refine(isText, TEXT_FAULT);
}

/** The one spelling of an address: without blanks around it, in lower case. */
export const email = z
  .string()
  .trim()
  .max(MAX_EMAIL)
  // Checked before it is lower-cased: some letters that no address may have become letters that one may.
  .pipe(z.email("Not an e-mail address").transform(normalizeEmail));

/** Money in a request: a decimal with at most two places, 0.00 to 1,000,000.00 (rule K1); minor units inside. */
export const money = z
  .string()
  .openapi({ example: "150.00" })
  .transform((text, context) => {
    const minor = parseMoney(text);
    if (minor !== null && minor <= MAX_PRICE) return minor;
    context.addIssue({ code: "custom", message: "Not an amount from 0.00 to 1000000.00 with at most two decimals" });
    return z.NEVER;
  });

/** Money in a response: two decimals (domain/money.ts, `formatMoney`). */
export const moneyText = z.string().openapi({ example: "150.00" });
export const currencyText = z.string().openapi({ example: CURRENCY });

const limit = z
  .string()
  .regex(/^\d{1,3}$/, "Not a whole number")
  .transform(Number)
  .refine((value) => value >= 1 && value <= MAX_PAGE, `Not a number from 1 to ${MAX_PAGE}`)
  .default(DEFAULT_PAGE)
  .openapi({ type: "integer", minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE, example: DEFAULT_PAGE });

/** The query parameters of every list, to be spread into a `z.strictObject` with the filters. */
export const pagingQuery = {
  limit,
  cursor: z
    .string()
    .max(500)
    .optional()
    .openapi({ description: "`next_cursor` of the page before, with the same filters." }),
};

/** A page of a list in a response. */
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
