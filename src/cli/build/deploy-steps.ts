// Runs the steps of a deploy, each only after the one before. What could stop it half way is checked first, and the Worker
// is uploaded last, when the database has all its tables.

import * as z from "zod";
import { execute, type RunWrangler } from "../d1/d1-target.ts";
import type { Statement } from "../d1/database.ts";
import { APPLIED_MIGRATIONS, migrationNames } from "../d1/migrate.ts";
import { FIND_OLD_STATE } from "../d1/old-state.ts";
import { jsonOf } from "../d1/wrangler.ts";

const REMOTE = ["--remote"];
const OLD =
  "The remote database has data of an earlier version, which this version cannot read. Nothing was changed.\n" +
  'Deploy this version as a new one, with another name and another database in wrangler.toml (docs/operations.md, "First deploy"), or stay with the old version.';

/** Returns why nothing was deployed, null when everything was. Each step is announced by `say`. */
export async function deploy(
  run: RunWrangler,
  secrets: readonly string[],
  say: (line: string) => void,
): Promise<string | null> {
  say("Checking the secrets and the remote database ...");
  const fault = (await explainSecrets(run, secrets)) ?? (await explainDatabase(run));
  if (fault) return fault;
  say("Applying migrations to the remote database ...");
  const applied = await run(["d1", "migrations", "apply", "DB", "--remote"], "show");
  if (applied.status !== 0)
    return `The migrations failed (wrangler exited with ${applied.status}); nothing was deployed.`;
  const pending = await pendingMigrations(run);
  if (typeof pending === "string") return pending;
  if (pending.length > 0) return `Not applied: ${pending.join(", ")}. The Worker needs them; nothing was deployed.`;
  say("Deploying the Worker ...");
  const deployed = await run(["deploy"], "show");
  return deployed.status === 0 ? null : `The deploy failed (wrangler exited with ${deployed.status}).`;
}

const secretList = z.array(z.object({ name: z.string() }));

/** The platform refuses a deploy without one of them, and the migrations would have run already. */
async function explainSecrets(run: RunWrangler, secrets: readonly string[]): Promise<string | null> {
  const { status, stdout, output } = await run(["secret", "list", "--format", "json"], "keep");
  if (status !== 0)
    return `The secrets cannot be read; nothing was done. docs/operations.md, "First deploy", says how to make them. Wrangler says:\n${output}`;
  const set = new Set(secretList.parse(jsonOf(stdout)).map(({ name }) => name));
  const missing = secrets.filter((name) => !set.has(name));
  if (missing.length === 0) return null;
  const commands = missing.map((name) => `  npx wrangler secret put ${name}`);
  return `The Worker has no ${missing.join(" and no ")}; nothing was done. Make them first (docs/operations.md, "First deploy"):\n${commands.join("\n")}`;
}

const rows = z.array(z.object({ results: z.array(z.object({ name: z.string() })) }));

async function namesBy(
  run: RunWrangler,
  statement: Statement,
): Promise<readonly string[] | { readonly fault: string }> {
  const { status, stdout, output } = await execute(REMOTE, [statement], run);
  if (status !== 0) return { fault: output };
  return rows.parse(jsonOf(stdout)).flatMap(({ results }) => results.map(({ name }) => name));
}

async function explainDatabase(run: RunWrangler): Promise<string | null> {
  const found = await namesBy(run, FIND_OLD_STATE);
  if ("fault" in found) return `The remote database cannot be read; nothing was done. Wrangler says:\n${found.fault}`;
  return found.length === 0 ? null : OLD;
}

/** Wrangler exits with 0 even when a person answers its question with no. */
async function pendingMigrations(run: RunWrangler): Promise<readonly string[] | string> {
  const applied = await namesBy(run, APPLIED_MIGRATIONS);
  if ("fault" in applied)
    return `Whether the migrations were applied cannot be read; nothing was deployed. Wrangler says:\n${applied.fault}`;
  return migrationNames().filter((name) => !applied.includes(name));
}
