// `npm run bootstrap -- --local|--remote --name … --slug …`: an organisation and its owner's API key, shown once.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MAX_SLUG, SLUG } from "../domain/catalogue.ts";
import { MAX_NAME } from "../domain/limits.ts";
import { newApiKey, newId } from "./credentials.ts";
import { literal } from "./database.ts";
import { apiKey, organization } from "./organization-rows.ts";
import { writePrivate } from "./private-file.ts";
import { explainMissing } from "./remote.ts";
import { readStateDir } from "./settings.ts";
import { lockState } from "./state-lock.ts";
import { fail, say } from "./terminal.ts";
import { runWrangler } from "./wrangler.ts";

const USAGE = 'Usage: npm run bootstrap -- --local|--remote --name "Your Name" --slug your-name';

const { name, slug, remote } = readArguments();
const target = remote ? remoteTarget() : await localTarget();
const id = newId("org");
const key = newApiKey();
await write(
  [...organization({ id, slug }, name, Date.now()), ...apiKey(key, id, "owner", Date.now())].map(literal).join("\n"),
);
say(`Organisation ${name} (${slug}) is created. Its owner's API key, shown this once:`);
process.stdout.write(`${JSON.stringify({ organization: { id, slug }, api_key: key })}\n`);

function readArguments(): { name: string; slug: string; remote: boolean } {
  try {
    const text = { type: "string" } as const;
    const flag = { type: "boolean", default: false } as const;
    const { values } = parseArgs({ options: { name: text, slug: text, local: flag, remote: flag } });
    if (values.local === values.remote || !values.name?.trim() || !values.slug) return fail(USAGE);
    if (values.name.length > MAX_NAME) return fail(`--name has more than ${MAX_NAME} characters.`);
    if (!SLUG.test(values.slug) || values.slug.length > MAX_SLUG)
      return fail(`--slug takes lower-case letters, digits and single hyphens between them, ${MAX_SLUG} at most.`);
    return { name: values.name, slug: values.slug, remote: values.remote };
  } catch (fault) {
    return fail(`${fault instanceof Error ? fault.message : String(fault)}\n${USAGE}`);
  }
}

function remoteTarget(): string[] {
  const missing = explainMissing();
  return missing ? fail(missing) : ["--remote"];
}

/** The local database, for this process alone and with its tables. */
async function localTarget(): Promise<string[]> {
  const stateDir = readStateDir(process.env);
  const lock = await lockState(stateDir);
  if (!lock.ok) return fail(`${stateDir} is in use by process ${lock.refusal.pid}. Stop that server first.`);
  process.once("exit", lock.value.release);
  const place = ["--local", "--persist-to", stateDir];
  const { status, output } = await runWrangler(["d1", "migrations", "apply", "DB", ...place], "keep");
  return status === 0 ? place : fail(`The migrations do not apply:\n${output}`);
}

/** One file is one batch: the organisation, its key and their audit rows, or none of them. It holds no secret in clear. */
async function write(sql: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "voelgoed-bootstrap-"));
  const file = join(folder, "organization.sql");
  writePrivate(file, `${sql}\n`);
  const { status, output } = await runWrangler(["d1", "execute", "DB", ...target, "--file", file, "--yes"], "keep");
  rmSync(folder, { recursive: true, force: true });
  if (status === 0) return;
  if (output.includes("organizations.slug")) fail(`The slug ${slug} is taken: choose another.`);
  fail(`Nothing was created. Wrangler says:\n${output}`);
}
