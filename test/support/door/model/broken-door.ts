// Loads the door's decisions with a bug planted in their source, as modules of their own: nothing on disk is touched.

import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { DOOR, type Door } from "./harness.ts";

/** `from` occurs exactly once in src/domain/door/`file`. */
export type Bug = { readonly file: string; readonly from: string; readonly to: string };

const FOLDER = new URL("../../../../src/domain/door/", import.meta.url);
const FILES = ["decisions/decide.ts", "rows/fold.ts", "leases/lease.ts", "decisions/upload.ts"];
const IMPORT = /from "(\.\.?\/[a-z./-]+\.ts)"/g;

/** The door with these bugs; with none, loaded in the same way. */
export async function loadDoor(bugs: readonly Bug[]): Promise<Door> {
  const addresses = new Map<string, string>();
  const modules = await Promise.all(
    FILES.map(async (file) => (await import(/* @vite-ignore */ addressOf(file, bugs, addresses))) as Partial<Door>),
  );
  // The one cast: what the harness takes from these modules has their names.
  const loaded = Object.assign({}, ...modules) as Record<string, unknown>;
  const { NO_LEASE: noLease, NO_SCANNER_LEASE: noScannerLease } = loaded;
  const all: Record<string, unknown> = { ...loaded, noLease, noScannerLease };
  return Object.fromEntries(Object.keys(DOOR).map((name) => [name, all[name]])) as Door;
}

/** A module as an address that holds its source, and those of all that it imports. */
function addressOf(file: string, bugs: readonly Bug[], addresses: Map<string, string>): string {
  const known = addresses.get(file);
  if (known !== undefined) return known;
  const source = stripTypeScriptTypes(plant(file, bugs)).replaceAll(IMPORT, (_, imported: string) => {
    const { href } = new URL(imported, new URL(file, FOLDER));
    // What is not the door's own is the product's, as it is.
    const own = href.startsWith(FOLDER.href) ? href.slice(FOLDER.href.length) : null;
    return `from "${own === null ? href : addressOf(own, bugs, addresses)}"`;
  });
  const address = `data:text/javascript;base64,${Buffer.from(source).toString("base64")}`;
  addresses.set(file, address);
  return address;
}

function plant(file: string, bugs: readonly Bug[]): string {
  let text = readFileSync(new URL(file, FOLDER), "utf8");
  for (const { from, to } of bugs.filter((bug) => bug.file === file)) {
    if (text.split(from).length !== 2)
      throw new Error(`src/domain/door/${file} does not have this text just once: ${from}`);
    text = text.replace(from, () => to);
  }
  return text;
}
