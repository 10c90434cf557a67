// Writes the part of the OpenAPI document that endpoints do not declare themselves: what middleware adds, and the problems.

import { z } from "@hono/zod-openapi";
import type { Code } from "../../domain/errors.ts";
import { PROBLEMS } from "../problems/problem-map.ts";

type HeaderParameter = {
  readonly in: "header";
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
  readonly schema: {
    readonly type: "string";
    readonly minLength?: number;
    readonly maxLength?: number;
    readonly example: string;
  };
};

/** What a middleware adds to the document of an endpoint: the codes that it may refuse with, and the headers it reads. */
export type Documented = { readonly codes: readonly Code[]; readonly parameters?: readonly HeaderParameter[] };

export function isDocumented<M extends object>(middleware: M): middleware is M & Documented {
  return "codes" in middleware && Array.isArray(middleware.codes);
}

export const Problem = z
  .looseObject({
    type: z.string().openapi({ format: "uri-reference", example: "/problems/sold_out" }),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ example: "sold_out" }),
    detail: z.string(),
    request_id: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi("Problem", {
    description: "RFC 9457. The facts of a code are further members beside these; each code has a page at its `type`.",
  });

/** The error responses of an endpoint, by status; each lists its codes. */
export function problemResponses(codes: readonly Code[]): object {
  const byStatus = new Map<number, Set<Code>>();
  for (const code of [...codes, "internal_error", "temporarily_unavailable"] as const) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  return Object.fromEntries(
    [...byStatus].map(([status, set]) => [
      status,
      {
        description: [...set].map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join("; "),
        content: { "application/problem+json": { schema: Problem, examples: examplesOf(set) } },
      },
    ]),
  );
}

/** The example of each code, which is in the document once (routes/docs.ts). */
function examplesOf(codes: ReadonlySet<Code>): object {
  return Object.fromEntries([...codes].map((code) => [code, { $ref: `#/components/examples/${code}` }]));
}
