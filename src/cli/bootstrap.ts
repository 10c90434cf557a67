// `npm run bootstrap -- --local|--remote --name … --slug … [--email …]`: makes an organisation, its owner's API key and, by
// e-mail, its owner. Key and link are shown once.

import { MAX_SLUG, SLUG } from "../domain/events/slug.ts";
import { MAX_NAME } from "../domain/limits.ts";
import { isLine, saysSomething } from "../domain/text/text.ts";
import { newApiKey, newId } from "./rows/credentials.ts";
import { execute, openTarget, rowsIn } from "./d1/d1-target.ts";
import type { Statement } from "./d1/database.ts";
import { apiKey, organization } from "./rows/organization-rows.ts";
import { originOf, readEmail, describeOwner } from "./rows/owner-link.ts";
import { makeOwner, type NewOwner, readOwner } from "./rows/people-rows.ts";
import { misuse, readCommandLine } from "./terminal/command-line.ts";
import { fail, say } from "./terminal/terminal.ts";

const USAGE =
  'Usage: npm run bootstrap -- --local|--remote --name "Your Name" --slug your-name [--email you@example.com] [--url https://where.you.serve]';

const { name, slug, email, url, remote } = readArguments();
const target = await openTarget(remote);
const id = newId("org");
const key = newApiKey();
const now = Date.now();
const where = remote ? " --remote" : "";
const owner = email === null ? null : makeOwner(email, slug, now);
say(`Writing the organisation to the ${remote ? "deployed" : "local"} database ...`);
await write([...organization({ id, slug }, name, now), ...apiKey(key, id, "owner", now), ...(owner?.statements ?? [])]);
const confirmed = owner !== null && (await isConfirmed(owner));
say(`Organisation ${name} (${slug}) was created. Its owner's API key, shown only once:`);
const created = { organization: { id, slug }, api_key: key };
const signsIn = owner && { owner: describeOwner(owner, confirmed, url) };
process.stdout.write(`${JSON.stringify({ ...created, ...signsIn })}\n`);
if (!owner)
  say(`Nobody can sign in to it yet: npm run organizations -- add-owner ${slug} --email you@example.com${where}`);

type Arguments = { name: string; slug: string; email: string | null; url: string; remote: boolean };

function readArguments(): Arguments {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const options = { name: text, slug: text, email: text, url: text, local: flag, remote: flag } as const;
  const { values } = readCommandLine(USAGE, options);
  const { slug, local, remote } = values;
  const name = values.name?.trim();
  if (local === remote) return misuse("One of --local and --remote says which database.", USAGE);
  if (!name || !saysSomething(name)) return misuse("--name is missing.", USAGE);
  if (!slug) return misuse("--slug is missing.", USAGE);
  if (name.length > MAX_NAME) return fail(`--name is longer than ${MAX_NAME} characters.`);
  if (!isLine(name)) return fail("--name has control or bidirectional characters.");
  if (!SLUG.test(slug) || slug.length > MAX_SLUG)
    return fail(`--slug has lower-case letters, digits and single hyphens between them, at most ${MAX_SLUG}.`);
  const email = values.email === undefined ? null : readEmail(values.email);
  return { name, slug, email, url: originOf(values.url, remote), remote };
}

/** Writes the organisation, its key, its owner and their audit rows, or none of them. No secret is among them in clear. */
async function write(statements: readonly Statement[]): Promise<void> {
  const { status, output } = await execute(target, statements);
  if (status === 0) return;
  if (output.includes("organizations.slug")) fail(`The slug ${slug} is taken. Choose another.`);
  fail(`Nothing was created. Wrangler says:\n${output}`);
}

/** Read after the write: true only for an account that was confirmed before it, or by its link since. */
async function isConfirmed({ email, auditId }: NewOwner): Promise<boolean> {
  const { status, stdout, output } = await execute(target, [readOwner(email, slug, auditId)]);
  if (status === 0) return rowsIn(stdout)[0]?.["confirmed"] === 1;
  // The key is shown only this once, so a failure here must not keep it back.
  say(
    `Whether ${email} has a password cannot be read. If it has one, the link does nothing. Wrangler says:\n${output}`,
  );
  return false;
}
