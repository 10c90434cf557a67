// Finds the D1 databases that the local runtime keeps in a state folder.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const DATABASES = join("v3", "d1", "miniflare-D1DatabaseObject");

/** The database files in `stateDir`; empty when nothing was ever served. */
export function databaseFiles(stateDir: string): string[] {
  const folder = join(stateDir, DATABASES);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".sqlite")) : [];
  return names.map((name) => join(folder, name));
}
