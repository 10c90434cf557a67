// `npm run bootstrap -- --local|--remote --name … --slug …`: an organisation and its owner's API key, shown once.

import { parseArgs } from "node:util";
import { MAX_SLUG, SLUG } from "../domain/catalogue.ts";
import { MAX_NAME } from "../domain/limits.ts";
import { newApiKey, newId } from "./credentials.ts";
import { executeBatch, openTarget } from "./d1-target.ts";
import type { Statement } from "./database.ts";
import { apiKey, organization } from "./organization-rows.ts";
import { fail, say } from "./terminal.ts";

const USAGE = 'Usage: npm run bootstrap -- --local|--remote --name "Your Name" --slug your-name';

const { name, slug, remote } = readArguments();
const target = await openTarget(remote);
const id = newId("org");
const key = newApiKey();
await write([...organization({ id, slug }, name, Date.now()), ...apiKey(key, id, "owner", Date.now())]);
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

/** The organisation, its key and their audit rows, or none of them; no secret in clear is among them. */
async function write(statements: readonly Statement[]): Promise<void> {
  const { status, output } = await executeBatch(target, statements);
  if (status === 0) return;
  if (output.includes("organizations.slug")) fail(`The slug ${slug} is taken: choose another.`);
  fail(`Nothing was created. Wrangler says:\n${output}`);
}
