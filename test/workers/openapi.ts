// The API document as the tests use it: its operations, what an answer must be, and a world in which each can succeed.

import { z } from "zod";
import { parseId } from "../../src/domain/ids.ts";
import { must } from "../../src/domain/result.ts";
import { isCode } from "../../src/http/problem-map.ts";
import { created, gateBody, move, newDraft, newVenue, openTenant, published, type Tenant } from "./catalogue.ts";
import { ask, bodyOf, device, apiKey, hold, idOf, shopper } from "./http.ts";

export type Schema = { readonly [key: string]: unknown };
const schema: z.ZodType<Schema> = z.record(z.string(), z.unknown());
const content = z.record(z.string(), z.object({ schema }));
const parameter = z.object({ in: z.string(), name: z.string(), required: z.boolean().default(false), schema });
const operation = z.object({
  operationId: z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(parameter).default([]),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: content.optional() })),
});
const apiDocument = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), schema) }),
});

export type Operation = z.infer<typeof operation> & { readonly method: string; readonly path: string };

const document = apiDocument.parse(await (await ask("GET", "/openapi.json")).json());
/** Why without that format: it is checked as that of a whole URL; `problemFaults` looks at those values itself. */
function standalone(given: object): object {
  const text = JSON.stringify(given)
    .replaceAll("#/components/schemas/", "#/$defs/")
    .replaceAll('"format":"uri-reference",', "");
  return JSON.parse(text) as object;
}

const $defs = standalone(document.components.schemas);

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

/** What of an answer is not as the document says; empty when all is. */
export async function faultsOf(each: Operation, answer: Response): Promise<string[]> {
  const { status } = answer;
  const documented = each.responses[String(status)];
  if (!documented) return [`${status} is not documented`];
  const type = answer.headers.get("Content-Type")?.split(";")[0] ?? "";
  if (!documented.content) return (await answer.text()) === "" ? [] : [`${status} has a body`];
  const media = documented.content[type];
  if (!media) return [`${status} is not documented as ${type || "without a type"}`];
  const body: unknown = JSON.parse(await answer.text());
  const checked = validatorOf(media.schema).safeParse(body);
  if (!checked.success) return [`${status}: ${z.prettifyError(checked.error)}`];
  return status < 400 ? [] : problemFaults(documented.description, body, answer);
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

/** Ids and credentials with which an operation can succeed once. */
export type World = {
  readonly tenant: Tenant;
  readonly shopper: string;
  readonly device: string;
  readonly slug: string;
  /** By what a path or a field calls it. */
  readonly ids: Readonly<Record<string, string>>;
};

const STATUS_BEFORE: Readonly<Record<string, readonly string[]>> = {
  start: ["publish"],
  end: ["publish", "start"],
  archive: ["publish", "start", "end"],
};

/** A world for `each`: an event in the state that it takes, a venue and a gate that nothing refers to where they go. */
export async function worldFor(each: Operation): Promise<World> {
  const tenant = await openTenant();
  const { organizationId, token } = tenant;
  const buyer = await shopper();
  const sale = await published(tenant);
  const draft = await newDraft(tenant);
  for (const step of STATUS_BEFORE[each.path.split("/").at(-1) ?? ""] ?? []) await move(tenant, draft.eventId, step);
  const venue = await newVenue(tenant);
  const gate = await created(`/v1/venues/${venue}/gates`, token, gateBody());
  const held = await idOf(hold(sale.typeId, buyer.token));
  const ordered = await idOf(hold(sale.typeId, buyer.token));
  const checkout = { token: buyer.token, json: { hold_ids: [ordered] }, key: "order" };
  const order = await idOf(ask("POST", "/v1/checkouts", checkout));
  // Doors are those of the event's venue; elsewhere the device must not keep its gate from being deleted.
  const doors = /\/(scanner|desk)/.test(each.path);
  const { venue_id: ofSale } = await bodyOf(await ask("GET", `/v1/events/${sale.eventId}`, { token }));
  const at = must(parseId("ven", String(doors ? ofSale : venue)), "a venue was created");
  const scanner = await device({ organizationId, venueId: at });
  const onSale = /\/(public|live|scanner|desk|holds|checkouts)/.test(each.path);
  return {
    tenant,
    shopper: buyer.token,
    device: scanner.token,
    slug: organizationId,
    ids: {
      venues: venue,
      gates: gate,
      events: onSale ? sale.eventId : draft.eventId,
      "ticket-types": onSale ? sale.typeId : draft.typeId,
      holds: held,
      orders: order,
      "api-keys": (await apiKey(organizationId, "viewer")).id,
      devices: scanner.id,
    },
  };
}

/** The credential that an operation takes, of this world; undefined for one that is open to all. */
export function tokenFor(each: Operation, world: World): string | undefined {
  const tokens: Readonly<Record<string, string>> = {
    shopper: world.shopper,
    apiKey: world.tenant.token,
    device: world.device,
  };
  const kind = each.security.flatMap((one) => Object.keys(one))[0];
  return kind === undefined ? undefined : must(tokens[kind], `a credential of kind ${kind}`);
}

/** The path with this world's ids in it. */
export function pathFor(each: Operation, world: World): string {
  const kind = each.path.split("/").find((_, at, all) => all[at + 1] === "{id}") ?? "";
  return each.path.replace("{slug}", world.slug).replace("{id}", world.ids[kind] ?? "");
}

/** The headers that an operation needs, made so that it succeeds. */
export async function headersFor(each: Operation, world: World): Promise<Record<string, string>> {
  const needed = each.parameters.filter((one) => one.in === "header" && one.required).map((one) => one.name);
  const headers: Record<string, string> = {};
  if (needed.includes("Idempotency-Key")) headers["Idempotency-Key"] = crypto.randomUUID();
  if (needed.includes("If-Match")) {
    const read = await ask("GET", pathFor(each, world), { token: world.tenant.token });
    await bodyOf(read);
    headers["If-Match"] = read.headers.get("ETag") ?? "";
  }
  return headers;
}

const FIELDS: Readonly<Record<string, string>> = { venue_id: "venues", gate_id: "gates", event_id: "events" };

/** The query parameters that an operation needs, as they stand in a path. */
export function queryFor(each: Operation, world: World): string {
  const needed = each.parameters.filter((one) => one.in === "query" && one.required);
  const pairs = needed.map((one) => [one.name, String(exampleOf(one.schema, world, one.name))]);
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`;
}

/** The example of a schema, field by field: those that are required; the name where none is. */
export function exampleOf(given: Schema, world: World, field = ""): unknown {
  const { example, enum: values, properties, required, items, type, minimum } = resolved(given);
  const kind = FIELDS[field];
  if (kind) return world.ids[kind];
  if (field === "hold_ids") return [world.ids["holds"]];
  if (example !== undefined) return example;
  if ("default" in given) return given["default"];
  if (Array.isArray(values)) return values[0] as unknown;
  const kinds = [type].flat();
  if (kinds.includes("array")) return [exampleOf(schema.parse(items ?? {}), world)];
  if (kinds.includes("object")) {
    const fields = z.record(z.string(), schema).parse(properties ?? {});
    const needed = z.array(z.string()).parse(required ?? ["name"]);
    const shown = Object.entries(fields).filter(([name]) => needed.includes(name));
    return Object.fromEntries(shown.map(([name, each]) => [name, exampleOf(each, world, name)]));
  }
  if (kinds.includes("integer")) return minimum ?? 1;
  return `${field || "text"} example`;
}
