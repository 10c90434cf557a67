// Loads the product into this process: as it is, or with a bug planted in its source. Each bug gets modules of its own
// (their address carries its name), so that many can be tried side by side and none touches the product's files.

import { registerHooks } from "node:module";
import { must } from "../../src/domain/result.ts";
import type { Mutant } from "./mutants-parts.ts";
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
    const loaded = next(url, context);
    const name = nameIn(url);
    if (!name || !url.startsWith(SRC)) return loaded;
    const file = url.slice(SRC.length).replace(/\?.*/, "");
    const source = must(loaded.source, "a module of ours has a source");
    const text = typeof source === "string" ? source : new TextDecoder().decode(source);
    return { ...loaded, source: plant(text, file, mutantOf(name)) };
  },
});

/** `name` is a key of MUTANTS, or null for the product as it is. */
export async function loadProduct(name: string | null): Promise<Product> {
  const url = name === null ? PRODUCT : addressOf(PRODUCT, name);
  // The one cast: whatever its address, it is that module.
  const { product } = (await import(url)) as { product: Product };
  if (name !== null) assertPlanted(name);
  return product;
}

const planted = new Map<string, Set<object>>();

function plant(source: string, file: string, mutant: Mutant & { readonly name: string }): string {
  let text = source;
  for (const edit of mutant.edits.filter((each) => each.file === file)) {
    if (text.split(edit.from).length !== 2)
      throw new Error(`"${mutant.name}": src/${file} does not have this text just once: ${edit.from}`);
    text = text.replace(edit.from, () => edit.to);
    const done = planted.get(mutant.name) ?? new Set();
    planted.set(mutant.name, done.add(edit));
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
