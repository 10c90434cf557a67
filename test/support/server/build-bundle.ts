// Builds the production bundle once for all end-to-end tests; servers find it by SERVE_BUNDLE.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildBundle } from "../../../src/cli/build/bundle.ts";

export default async function setup(): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "voelgoed-bundle-"));
  const fault = await buildBundle(directory);
  if (fault !== null) throw new Error(`the Worker does not build:\n${fault}`);
  process.env["SERVE_BUNDLE"] = directory;
  return () => rm(directory, { recursive: true, force: true });
}
