// Reads the OpenAPI document for the API page: which operations there are, and what a schema says in words and by an
// example.

export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: unknown;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly example?: unknown;
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
};
export type Parameter = {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
};
type Content = Readonly<Record<string, { readonly schema?: Schema; readonly examples?: object }>>;
export type Operation = {
  readonly tags: readonly string[];
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
};
export type ApiDocument = {
  readonly info: { readonly title: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly examples: Readonly<Record<string, { readonly summary: string; readonly value: Problem }>>;
    readonly securitySchemes: Readonly<Record<string, { readonly description: string }>>;
  };
};
export type Problem = { readonly status: number; readonly title: string };
export type Placed = { readonly method: string; readonly path: string; readonly operation: Operation };

export function operationsOf({ paths }: ApiDocument): Placed[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

/** The name of the schema to which `schema` or its items refer; null when they refer to none. */
export function nameOf(schema: Schema): string | null {
  const { $ref } = schema.items ?? schema;
  return $ref?.split("/").at(-1) ?? null;
}

/** The schema with its reference followed and the parts of `allOf` merged. */
export function resolve(document: ApiDocument, schema: Schema): Schema {
  if (schema.$ref !== undefined) {
    const named = document.components.schemas[schema.$ref.split("/").at(-1) ?? ""];
    return named ? resolve(document, named) : {};
  }
  if (!schema.allOf) return schema;
  const { allOf, ...own } = schema;
  const parts = [...allOf.map((part) => resolve(document, part)), own];
  return parts.reduce((whole, part) => ({
    ...whole,
    ...part,
    properties: { ...whole.properties, ...part.properties },
    required: [...(whole.required ?? []), ...(part.required ?? [])],
  }));
}

/** A value as JSON; a text without quotes. */
export function plainText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

export function typesOf({ type }: Schema): readonly string[] {
  return type === undefined ? [] : [type].flat();
}

/** The form of an id, by its prefix. */
export const ID = /^([a-z]+)_[0-9a-z]{26,}$/;

/**
 * An example of the schema: its own if it has one, but null for an id that may be null, since what such an id names may
 * not exist. `needed`: includes only the required fields of an object.
 */
export function exampleOf(document: ApiDocument, schemaOrRef: Schema, needed: boolean): unknown {
  const schema = resolve(document, schemaOrRef);
  const types = typesOf(schema);
  if (types.includes("null") && ID.test(plainText(schema.example))) return null;
  if (schema.example !== undefined) return schema.example;
  if (schema.enum) return schema.enum[0];
  const [first] = schema.anyOf ?? schema.oneOf ?? [];
  if (first) return exampleOf(document, first, needed);
  if (schema.properties) {
    const shown = Object.entries(schema.properties).filter(([name]) => !needed || schema.required?.includes(name));
    return Object.fromEntries(shown.map(([name, each]) => [name, exampleOf(document, each, needed)]));
  }
  if (schema.items) return [exampleOf(document, schema.items, needed)];
  if (types.includes("null")) return null;
  if (types.includes("object")) return {};
  if (types.includes("integer") || types.includes("number")) return schema.minimum ?? 1;
  return types.includes("boolean") ? false : "text";
}

/** Describes a type, such as `string or null, at most 200 characters`. */
export function wordsFor(document: ApiDocument, schemaOrRef: Schema): string {
  const schema = resolve(document, schemaOrRef);
  if (schema.enum) return schema.enum.map(plainText).join(" | ");
  if (schema.anyOf) return schema.anyOf.map((each) => wordsFor(document, each)).join(" or ");
  const kind = typesOf(schema).join(" or ") || "any";
  const type = schema.items
    ? `array of ${nameOf(schema) ?? wordsFor(document, schema.items)}`
    : (nameOf(schemaOrRef) ?? kind);
  return [type, schema.format, boundsOf(schema)].filter((part) => part !== undefined && part !== "").join(", ");
}

function boundsOf(schema: Schema): string {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const bounds = [
    rangeOf(minimum, maximum, ""),
    rangeOf(minLength, maxLength, " characters"),
    rangeOf(minItems, maxItems, " items"),
  ];
  return bounds.filter((each) => each !== "").join(", ");
}

function rangeOf(low: number | undefined, high: number | undefined, unit: string): string {
  if (low !== undefined && high !== undefined) return `${low} to ${high}${unit}`;
  if (low !== undefined) return `at least ${low}${unit}`;
  return high === undefined ? "" : `at most ${high}${unit}`;
}
