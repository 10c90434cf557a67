// Loads the product into this process: unchanged, or with a bug planted in its source. Each bug gets modules of its own
// (their address carries its name), so that many can be tried side by side and none changes the product's files.

import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { must } from "../../../src/domain/result.ts";
import type { Edit, Mutant } from "../mutants/parts.ts";
import { MUTANTS } from "../mutants/mutants.ts";
import type { Product } from "./product.ts";
import { SMALL_SIZES } from "./small-sizes.ts";

const SRC = new URL("../../../src/", import.meta.url).href;
const PRODUCT = new URL("./product.ts", import.meta.url).href;
const ITTY = "/node_modules/itty-durable/";
const CLOUDFLARE_WORKERS = new URL("../platform/objects/cloudflare-workers.ts", import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "cloudflare:workers") return { url: CLOUDFLARE_WORKERS, shortCircuit: true };
    const fromItty = context.parentURL?.includes(ITTY) && specifier.startsWith("./");
    const resolved = next(fromItty ? `${specifier}.js` : specifier, context);
    const variant = context.parentURL && variantIn(context.parentURL);
    const isOurs = resolved.url.startsWith(SRC) && !resolved.url.includes("?");
    return variant && isOurs ? { ...resolved, url: addressOf(resolved.url, variant) } : resolved;
  },
  load(url, context, next) {
    // Its modules are ES modules, but its package does not say so.
    if (url.includes(ITTY)) return { format: "module", shortCircuit: true, source: readFileSync(new URL(url), "utf8") };
    const variant = variantIn(url);
    if (!variant || !url.startsWith(SRC)) return next(url, context);
    const file = url.slice(SRC.length).replace(/\?.*/, "");
    return { format: "module", shortCircuit: true, source: sourceOf(file, variant) };
  },
});

/** Files as they are, without their types: each variant's modules need nearly all of them once more. */
const stripped = new Map<string, string>();

/** What the module of src/`file` is in this variant. */
function sourceOf(file: string, variant: Variant): string {
  const edits = editsOf(variant).filter((each) => each.file === file);
  const known = stripped.get(file);
  if (known !== undefined && edits.length === 0) return known;
  const source = stripTypeScriptTypes(plant(readFileSync(new URL(file, SRC), "utf8"), edits, variant));
  if (edits.length === 0) stripped.set(file, source);
  return source;
}

function editsOf({ name, isSmall }: Variant): readonly Edit[] {
  return [...(name === null ? [] : mutantOf(name).edits), ...(isSmall ? SMALL_SIZES : [])];
}

/** A product that is loaded, and the same one with the small sizes of small-sizes.ts, which is loaded when it is wanted. */
export type Loaded = Product & { small(): Promise<Product> };

/** `name` is a key of MUTANTS, or null for the product as it is. */
export async function loadProduct(name: string | null): Promise<Loaded> {
  const product = await load({ name, isSmall: false });
  let small: Promise<Product> | null = null;
  return { ...product, small: () => (small ??= load({ name, isSmall: true })) };
}

type Variant = { readonly name: string | null; readonly isSmall: boolean };

async function load(variant: Variant): Promise<Product> {
  const isPlain = variant.name === null && !variant.isSmall;
  const url = isPlain ? PRODUCT : addressOf(PRODUCT, variant);
  // The one cast: whatever its address, it is that module.
  const { product } = (await import(url)) as { product: Product };
  if (variant.name !== null) assertPlanted(variant.name);
  return product;
}

const planted = new Map<string, Set<object>>();

function plant(source: string, edits: readonly Edit[], { name }: Variant): string {
  let text = source;
  for (const edit of edits) {
    const { file, from, to } = edit;
    // A bug may have changed the same size.
    if (name !== null && SMALL_SIZES.includes(edit) && !text.includes(from)) continue;
    if (text.split(from).length !== 2)
      throw new Error(`"${name}": src/${file} does not have this text just once: ${from}`);
    text = text.replace(from, () => to);
    const done = planted.get(name ?? "") ?? new Set();
    planted.set(name ?? "", done.add(edit));
  }
  return text;
}

function assertPlanted(name: string): void {
  const { edits } = mutantOf(name);
  const missing = edits.filter((edit) => planted.get(name)?.has(edit) !== true);
  if (missing.length > 0) throw new Error(`"${name}": not loaded: ${missing.map(({ file }) => file).join(", ")}`);
}

function mutantOf(name: string): Mutant {
  return must(MUTANTS[name], `there is no planted bug "${name}"`);
}

function addressOf(url: string, { name, isSmall }: Variant): string {
  const query = new URLSearchParams({ ...(name !== null && { mutant: name }), ...(isSmall && { sizes: "small" }) });
  return `${url}?${query.toString()}`;
}

function variantIn(url: string): Variant | null {
  if (!url.startsWith("file:")) return null;
  const query = new URL(url).searchParams;
  const variant = { name: query.get("mutant"), isSmall: query.has("sizes") };
  return variant.name === null && !variant.isSmall ? null : variant;
}
