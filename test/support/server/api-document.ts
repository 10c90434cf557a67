// Reads the API document of a server as its operations, with the requests that they document.

import { z } from "zod";
import type { Client } from "./client.ts";
import { must } from "../../../src/domain/result.ts";

type Schema = { readonly [key: string]: unknown };
const schema: z.ZodType<Schema> = z.record(z.string(), z.unknown());
const operation = z.object({
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(z.object({ in: z.string(), name: z.string(), required: z.boolean().default(false) })).default([]),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema })) }).optional(),
  responses: z.record(z.string(), z.unknown()),
});
const apiDocument = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), schema) }),
});

export type Operation = {
  readonly title: string;
  readonly method: string;
  readonly path: string;
  /** The kinds of credential that it takes; none when it is public. */
  readonly takes: readonly string[];
  /** Query parameters, by whether they are required. */
  readonly query: Readonly<Record<string, boolean>>;
  /** The fields of its body, each with its example; of an optional one without, undefined. Null when it takes none. */
  readonly body: Readonly<Record<string, { readonly required: boolean; readonly example: unknown }>> | null;
  readonly isSocket: boolean;
  /** Whether its body is an image. */
  readonly takesImage: boolean;
};

/** Every operation of `/openapi.json`. */
export async function readOperations(client: Client): Promise<Operation[]> {
  const { paths, components } = apiDocument.parse((await client.ask("GET", "/openapi.json")).body);
  const resolved = (given: Schema): Schema => {
    const { $ref } = given;
    return typeof $ref === "string" ? must(components.schemas[$ref.split("/").at(-1) ?? ""], $ref) : given;
  };
  /** Of a body that has several forms the first. */
  const bodyOf = (given: Schema): Operation["body"] => {
    const { oneOf, ...whole } = resolved(given);
    const { properties, required } = Array.isArray(oneOf) ? resolved(schema.parse(oneOf[0])) : whole;
    const needed = z.array(z.string()).default([]).parse(required);
    const fields = Object.entries(z.record(z.string(), schema).parse(properties));
    return Object.fromEntries(
      fields.map(([name, each]) => [
        name,
        { required: needed.includes(name), example: exampleOf(name, resolved(each)) },
      ]),
    );
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => ({
      title: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      takes: each.security.flatMap((one) => Object.keys(one)),
      query: Object.fromEntries(
        each.parameters.filter((one) => one.in === "query").map((one) => [one.name, one.required]),
      ),
      body: jsonOf(each) ? bodyOf(jsonOf(each) ?? {}) : null,
      takesImage: each.requestBody !== undefined && jsonOf(each) === undefined,
      isSocket: "101" in each.responses,
    })),
  );
}

function jsonOf({ requestBody }: z.infer<typeof operation>): Schema | undefined {
  return requestBody?.content["application/json"]?.schema;
}

function exampleOf(name: string, { example, enum: values, type, minimum, items }: Schema): unknown {
  if (example !== undefined) return example;
  if (Array.isArray(values)) return values[0] as unknown;
  const kinds = [type].flat();
  if (kinds.includes("array")) return [exampleOf(name, schema.parse(items ?? {}))];
  if (kinds.includes("object")) return {};
  return kinds.includes("integer") ? (minimum ?? 1) : `${name} example`;
}
