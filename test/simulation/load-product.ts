// Loads the product into this process: as it is, or with a bug planted in its source. Each bug gets modules of its own
// (their address carries its name), so that many can be tried side by side and none touches the product's files.

import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { must } from "../../src/domain/result.ts";
import type { Edit, Mutant } from "./mutants-parts.ts";
import { MUTANTS } from "./mutants.ts";
import type { Product } from "./product.ts";

const SRC = new URL("../../src/", import.meta.url).href;
const PRODUCT = new URL("./product.ts", import.meta.url).href;
const CLOUDFLARE_WORKERS = new URL("./cloudflare-workers.ts", import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "cloudflare:workers") return { url: CLOUDFLARE_WORKERS, shortCircuit: true };
    const resolved = next(specifier, context);
    const name = context.parentURL && nameIn(context.parentURL);
    const isOurs = resolved.url.startsWith(SRC) && !resolved.url.includes("?");
    return name && isOurs ? { ...resolved, url: addressOf(resolved.url, name) } : resolved;
  },
  load(url, context, next) {
    const name = nameIn(url);
    if (!name || !url.startsWith(SRC)) return next(url, context);
    const file = url.slice(SRC.length).replace(/\?.*/, "");
    return { format: "module", shortCircuit: true, source: sourceOf(file, mutantOf(name)) };
  },
});

/** Files as they are, without their types: each bug's modules need nearly all of them once more. */
const stripped = new Map<string, string>();

/** What the module of src/`file` is with this bug in it. */
function sourceOf(file: string, mutant: Mutant & { readonly name: string }): string {
  const known = stripped.get(file);
  const edits = mutant.edits.filter((each) => each.file === file);
  if (known !== undefined && edits.length === 0) return known;
  const source = stripTypeScriptTypes(plant(readFileSync(new URL(file, SRC), "utf8"), file, edits, mutant.name));
  if (edits.length === 0) stripped.set(file, source);
  return source;
}

/** `name` is a key of MUTANTS, or null for the product as it is. */
export async function loadProduct(name: string | null): Promise<Product> {
  const url = name === null ? PRODUCT : addressOf(PRODUCT, name);
  // The one cast: whatever its address, it is that module.
  const { product } = (await import(url)) as { product: Product };
  if (name !== null) assertPlanted(name);
  return product;
}

const planted = new Map<string, Set<object>>();

function plant(source: string, file: string, edits: readonly Edit[], name: string): string {
  let text = source;
  for (const edit of edits) {
    if (text.split(edit.from).length !== 2)
      throw new Error(`"${name}": src/${file} does not have this text just once: ${edit.from}`);
    text = text.replace(edit.from, () => edit.to);
    const done = planted.get(name) ?? new Set();
    planted.set(name, done.add(edit));
  }
  return text;
}

function assertPlanted(name: string): void {
  const { edits } = mutantOf(name);
  const missing = edits.filter((edit) => planted.get(name)?.has(edit) !== true);
  if (missing.length > 0) throw new Error(`"${name}": not loaded: ${missing.map(({ file }) => file).join(", ")}`);
}

function mutantOf(name: string): Mutant & { readonly name: string } {
  return { name, ...must(MUTANTS[name], `there is no planted bug "${name}"`) };
}

function addressOf(url: string, name: string): string {
  return `${url}?mutant=${encodeURIComponent(name)}`;
}

function nameIn(url: string): string | null {
  return url.startsWith("file:") ? new URL(url).searchParams.get("mutant") : null;
}
