// The API document as the tests use it: its operations, what is shown of their requests, and what a response must be.

import { z } from "zod";
import { readBundle } from "../../../src/domain/door/tickets/bundle-read.ts";
import { imageTypeOf } from "../../../src/domain/image/image-type.ts";
import { readImage } from "../../../src/domain/image/read-image.ts";
import { must } from "../../../src/domain/result.ts";
import { isCode } from "../../../src/http/problems/problem-map.ts";
import { ask } from "../support/http.ts";

export type Schema = { readonly [key: string]: unknown };
const schema: z.ZodType<Schema> = z.record(z.string(), z.unknown());
const content = z.record(z.string(), z.object({ schema }));
const parameter = z.object({ in: z.string(), name: z.string(), required: z.boolean().default(false), schema });
const operation = z.object({
  operationId: z.string(),
  tags: z.array(z.string()),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(parameter).default([]),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: content.optional() })),
});
const apiDocument = z.object({
  tags: z.array(z.object({ name: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), schema) }),
});

export type Operation = z.infer<typeof operation> & { readonly method: string; readonly path: string };

const document = apiDocument.parse(await (await ask("GET", "/openapi.json")).json());
/**
 * Leaves out `uri-reference`, which is checked as the format of a whole URL; `problemFaults` checks those values
 * itself.
 */
function standalone(given: object): object {
  const text = JSON.stringify(given)
    .replaceAll("#/components/schemas/", "#/$defs/")
    .replaceAll('"format":"uri-reference",', "");
  return JSON.parse(text) as object;
}

const $defs = standalone(document.components.schemas);

/** The tags that the document declares, in their order. */
export const declaredTags: readonly string[] = document.tags.map(({ name }) => name);

export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, each]) => ({ ...each, method: method.toUpperCase(), path })),
);

/** The schema that a reference names; any other as it is. */
export function resolved(given: Schema): Schema {
  const { $ref } = given;
  if (typeof $ref !== "string") return given;
  return must(document.components.schemas[$ref.slice($ref.lastIndexOf("/") + 1)], "references are to schemas");
}

export function bodySchemaOf(each: Operation): Schema | null {
  const given = each.requestBody?.content["application/json"]?.schema;
  return given ? resolved(given) : null;
}

const validators = new Map<Schema, z.ZodType>();

function validatorOf(given: Schema): z.ZodType {
  const known = validators.get(given);
  const whole = { ...standalone(given), $defs } as Parameters<typeof z.fromJSONSchema>[0];
  const made = known ?? z.fromJSONSchema(whole);
  validators.set(given, made);
  return made;
}

/** The parts of a response that differ from the document; empty when none does. */
export async function faultsOf(each: Operation, answer: Response): Promise<string[]> {
  const { status } = answer;
  const documented = each.responses[String(status)];
  if (!documented) return [`${status} is not documented`];
  const type = answer.headers.get("Content-Type")?.split(";")[0] ?? "";
  if (!documented.content) return (await answer.text()) === "" ? [] : [`${status} has a body`];
  const media = documented.content[type];
  if (!media) return [`${status} is not documented as ${type || "without a type"}`];
  if (type.startsWith("image/")) return imageFaults(new Uint8Array(await answer.arrayBuffer()), type);
  if (type === "application/octet-stream") return bundleFaults(new Uint8Array(await answer.arrayBuffer()));
  if (type === "text/csv") return csvFaults(await answer.text());
  const body: unknown = JSON.parse(await answer.text());
  const checked = validatorOf(media.schema).safeParse(body);
  if (!checked.success) return [`${status}: ${z.prettifyError(checked.error)}`];
  return status < 400 ? [] : problemFaults(documented.description, body, answer);
}

function imageFaults(bytes: Uint8Array, type: string): string[] {
  return readImage(bytes).ok && imageTypeOf(bytes) === type ? [] : [`an image is no ${type}`];
}

/** Of an export, which ends with how many lines it has beside that and the header. */
function csvFaults(text: string): string[] {
  const lines = text.split("\r\n");
  return lines.at(-2)?.startsWith(`"end of export","${lines.length - 3}",`) === true ? [] : ["a file is not whole"];
}

/** The other response that is no text. */
function bundleFaults(bytes: Uint8Array): string[] {
  const read = readBundle(bytes);
  return read.ok ? [] : [`a bundle is ${read.refusal}`];
}

const problem = z.looseObject({ code: z.string(), status: z.int(), type: z.string(), request_id: z.string() });

function problemFaults(description: string, body: unknown, answer: Response): string[] {
  const { code, status, type, request_id } = problem.parse(body);
  const faults = [];
  if (!isCode(code)) faults.push(`${code} is no code`);
  // Readiness says in words of its own what 503 means there.
  if (status !== 503 && !description.includes(`\`${code}\``)) faults.push(`${code} is not documented`);
  if (status !== answer.status || type !== `/problems/${code}`) faults.push(`${code} contradicts itself`);
  if (request_id !== answer.headers.get("X-Request-Id")) faults.push("the request id differs");
  return faults;
}

/** The fields of a body, by name; none where the operation takes none. */
export function fieldsOf(each: Operation): Readonly<Record<string, Schema>> {
  const body = bodySchemaOf(each);
  const [first] = z.array(schema).parse(body?.["oneOf"] ?? []);
  return z.record(z.string(), schema).parse((first ? resolved(first) : body)?.["properties"] ?? {});
}

/** What is shown of a field: its example; undefined where none is. */
export function exampleOf(field: Schema): unknown {
  return resolved(field)["example"];
}
