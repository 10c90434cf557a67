// Builds a second release of the project, in which the scanner's page is another, so that a test deploys it over the first:
// its page, service worker and script are those of a build of its own.

import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT, runScript } from "../server/commands.ts";

export type SecondRelease = {
  /** Where it is: a server starts from there, and builds its Worker. */
  readonly project: string;
  remove(): void;
};

const PARTS = ["src", "migrations", "package.json", "package-lock.json", "vite.config.ts"];
const SCRIPT = "src/ui/scanner/scanner.tsx";
/** What only pages of the second release have. */
const MARK = `document.documentElement.dataset["release"] = "second";\n`;
/** Whether a page is of the second release. */
export const IS_SECOND = `document.documentElement.dataset.release === "second"`;

/** How many versions are on the phone, once the newest of them serves its page. */
export const VERSIONS = `(async () => {
  const { installing, waiting, active } = await navigator.serviceWorker.getRegistration("/scan");
  if (installing !== null || waiting !== null || active.state !== "activated") return null;
  return (await caches.keys()).filter((name) => name.startsWith("scan-")).length;
})()`;
/** While this phone says so, the door takes no uploads for the moment. */
export const REFUSE_UPLOADS = `{
  const ask = globalThis.fetch;
  const busy = { status: 503, code: "overloaded", title: "Overloaded", type: "about:blank" };
  globalThis.fetch = (...asked) =>
    localStorage.getItem("refuses") !== null && String(asked[0]?.url ?? asked[0]).endsWith("/scans")
      ? Promise.resolve(Response.json(busy, { status: 503, headers: { "Retry-After": "1", "Content-Type": "application/problem+json" } }))
      : ask(...asked);
}`;

/** Resolves once what browsers load is built. */
export async function buildSecondRelease(): Promise<SecondRelease> {
  const project = mkdtempSync(join(tmpdir(), "voelgoed-release-"));
  const remove = () => rmSync(project, { recursive: true, force: true });
  for (const part of [...PARTS, "tsconfig.json", "tsconfig.ui.json", "wrangler.toml"])
    cpSync(join(PROJECT, part), join(project, part), { recursive: true });
  symlinkSync(join(PROJECT, "node_modules"), join(project, "node_modules"));
  const script = join(project, SCRIPT);
  writeFileSync(script, readFileSync(script, "utf8") + MARK);
  const building = runScript("src/cli/build/ui.ts", [], {}, project);
  if ((await building.ended) === 0) return { project, remove };
  remove();
  throw new Error(`the second release does not build:\n${building.stdout()}${building.stderr()}`);
}
