// `npm run client`: generates the types of src/client/ from the API document. With --check it only compares.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { misuse, readCommandLine } from "../terminal/command-line.ts";
import { fail, say } from "../terminal/terminal.ts";
import { PROJECT } from "../d1/wrangler.ts";

type Schema = { readonly [key: string]: unknown };

const schema: z.ZodType<Schema> = z.record(z.string(), z.unknown());
const media = z.record(z.string(), z.object({ schema }));
const operation = z.object({
  summary: z.string(),
  parameters: z
    .array(z.object({ in: z.string(), name: z.string(), required: z.boolean().default(false), schema }))
    .default([]),
  requestBody: z.object({ content: media }).optional(),
  responses: z.record(z.string(), z.object({ content: media.optional() })),
});
const apiDocument = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), schema) }),
});
type Operation = z.infer<typeof operation>;

/** The names of the client's parameters for the headers that a route reads. */
const HEADERS: Readonly<Record<string, string>> = {
  "Idempotency-Key": "idempotencyKey",
  "If-Match": "ifMatch",
  "If-None-Match": "ifNoneMatch",
};

const USAGE =
  "Usage: npm run client\nWrites src/client/wire.ts, the types of voelgoedevents/client, from the API document.";

const { values, positionals } = readCommandLine(USAGE, { check: { type: "boolean", default: false } }, 1);
const target = join(PROJECT, "src/client/wire.ts");
const [source] = positionals;
if (!source) misuse("Name the API document: node src/cli/build/client-types.ts FILE [--check]", USAGE);
const text = render(apiDocument.parse(JSON.parse(readFileSync(source, "utf8"))));
if (!values.check) writeFileSync(target, text);
else if (readFileSync(target, "utf8") !== text) fail("src/client/wire.ts does not match the API document.");
else say("src/client/wire.ts is current.");

function render({ paths, components }: z.infer<typeof apiDocument>): string {
  const named = Object.entries(components.schemas).map(([name, each]) => `export type ${name} = ${typeOf(each)};\n`);
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, each]) => route(`${method.toUpperCase()} ${path}`, each)),
  );
  return [
    "// Defines what goes over the wire; generated from the API document by `npm run client`. Do not edit.\n",
    ...named,
    "/** The input of a route that takes none. */\nexport type Nothing = { readonly [name: string]: never };\n",
    `/** For each route, the input of a call and the body of a successful response. */\nexport type Operations = {\n${routes.join("")}};\n`,
  ].join("\n");
}

/** Empty for a socket, which has no 2xx response, and for a route that returns bytes, since the client reads JSON. */
function route(name: string, { summary, parameters, requestBody, responses }: Operation): string[] {
  const success = Object.entries(responses).find(([status]) => status.startsWith("2"));
  if (!success) return [];
  const { content } = success[1];
  if (content && !content["application/json"]) return [];
  const answer = content?.["application/json"]?.schema;
  const answers = [answer ? typeOf(answer) : "null", ...("304" in responses ? ["null"] : [])];
  const query = parameters.filter((each) => each.in === "query");
  const fields = parameters.flatMap((each) => {
    if (each.in === "path") return [`readonly ${each.name}: string`];
    const header = each.in === "header" ? HEADERS[each.name] : undefined;
    return header ? [`readonly ${header}${each.required ? "" : "?"}: string`] : [];
  });
  if (query.length > 0) fields.push(`readonly query?: { ${query.map(queryField).join("; ")} }`);
  const body = requestBody?.content["application/json"]?.schema;
  if (body) fields.push(`readonly body: ${typeOf(body)}`);
  else if (requestBody) fields.push("readonly body: Blob");
  const input = fields.length > 0 ? `{ ${fields.join("; ")} }` : "Nothing";
  return [`  /** ${summary} */\n  ${JSON.stringify(name)}: { ask: ${input}; answer: ${answers.join(" | ")} };\n`];
}

function queryField({ name, required, schema }: Operation["parameters"][number]): string {
  return `readonly ${name}${required ? "" : "?"}: ${typeOf(schema)}`;
}

function typeOf(node: Schema): string {
  const { $ref, enum: values, anyOf, oneOf, allOf, type } = node;
  if (typeof $ref === "string") return $ref.slice($ref.lastIndexOf("/") + 1);
  if ("const" in node) return JSON.stringify(node["const"]);
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (Array.isArray(anyOf ?? oneOf)) return parts(anyOf ?? oneOf).join(" | ");
  if (Array.isArray(allOf)) return parts(allOf).join(" & ");
  const kinds = z.array(z.string()).parse([type ?? "unknown"].flat());
  return kinds.map((kind) => kindOf(kind, node)).join(" | ");
}

function parts(schemas: unknown): string[] {
  return z
    .array(schema)
    .parse(schemas)
    .map((each) => `(${typeOf(each)})`);
}

function kindOf(kind: string, node: Schema): string {
  if (kind === "integer" || kind === "number") return "number";
  if (kind === "array") return `readonly (${typeOf(schema.parse(node["items"] ?? {}))})[]`;
  if (kind !== "object") return kind;
  const required = new Set(z.array(z.string()).parse(node["required"] ?? []));
  const fields = Object.entries(z.record(z.string(), schema).parse(node["properties"] ?? {})).map(
    ([name, each]) => `readonly ${name}${required.has(name) ? "" : "?"}: ${typeOf(each)}`,
  );
  const open = node["additionalProperties"] !== undefined && node["additionalProperties"] !== false;
  if (open) fields.push("readonly [name: string]: unknown");
  return `{ ${fields.join("; ")} }`;
}
