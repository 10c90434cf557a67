// `npm run bootstrap -- --local|--remote --name … --slug … [--email …]`: an organisation, its owner's API key and, by
// e-mail, its owner; key and link are shown once.

import { parseArgs } from "node:util";
import * as z from "zod";
import { MAX_SLUG, SLUG } from "../domain/catalogue.ts";
import { normalizeEmail } from "../domain/contact.ts";
import { MAX_EMAIL, MAX_NAME } from "../domain/limits.ts";
import { isLine, saysSomething } from "../domain/text.ts";
import { newApiKey, newId } from "./credentials.ts";
import { execute, openTarget } from "./d1-target.ts";
import type { Statement } from "./database.ts";
import { apiKey, organization } from "./organization-rows.ts";
import { confirmedAccount, firstOwner } from "./people-rows.ts";
import { fail, helpOn, say } from "./terminal.ts";

const USAGE =
  'Usage: npm run bootstrap -- --local|--remote --name "Your Name" --slug your-name [--email you@example.com] [--url https://where.you.serve]';

helpOn(USAGE);
const { name, slug, email, url, remote } = readArguments();
say(remote ? "Writing to the deployed database ..." : "Preparing the local database ...");
const target = await openTarget(remote);
const id = newId("org");
const key = newApiKey();
const now = Date.now();
const owner = email === null ? null : firstOwner(email, id, now);
say("Writing the organisation ...");
await write([...organization({ id, slug }, name, now), ...apiKey(key, id, "owner", now), ...(owner?.statements ?? [])]);
const link = email && owner && ((await isConfirmed(email)) ? null : `${url}/account#reset=${owner.token}`);
say(`Organisation ${name} (${slug}) is created. Its owner's API key, shown this once:`);
if (link) say("Its owner sets a password by the link set_password, once, within 24 hours.");
if (owner && !link) say(`${email} has a confirmed account already, and signs in with its password.`);
const told = { organization: { id, slug }, api_key: key, ...(owner && { owner: { email, set_password: link } }) };
process.stdout.write(`${JSON.stringify(told)}\n`);

type Arguments = { name: string; slug: string; email: string | null; url: string; remote: boolean };

function readArguments(): Arguments {
  try {
    const text = { type: "string" } as const;
    const flag = { type: "boolean", default: false } as const;
    const { values } = parseArgs({
      options: { name: text, slug: text, email: text, url: text, local: flag, remote: flag },
    });
    const { slug, local, remote } = values;
    const name = values.name?.trim();
    if (local === remote || !name || !saysSomething(name) || !slug) return fail(USAGE);
    if (name.length > MAX_NAME) return fail(`--name has more than ${MAX_NAME} characters.`);
    if (!isLine(name)) return fail("--name has control or bidirectional characters.");
    if (!SLUG.test(slug) || slug.length > MAX_SLUG)
      return fail(`--slug takes lower-case letters, digits and single hyphens between them, ${MAX_SLUG} at most.`);
    const email = values.email === undefined ? null : normalizeEmail(values.email);
    if (email !== null && !z.email().max(MAX_EMAIL).safeParse(email).success)
      return fail(`--email ${email} is not an e-mail address.`);
    return { name, slug, email, url: originOf(values.url, remote), remote };
  } catch (fault) {
    return fail(`${fault instanceof Error ? fault.message : String(fault)}\n${USAGE}`);
  }
}

/** Where the link leads; a local server is on this machine. */
function originOf(url: string | undefined, remote: boolean): string {
  if (url === undefined) return remote ? "https://YOUR-ADDRESS" : `http://127.0.0.1:${process.env["PORT"] || "8787"}`;
  return URL.canParse(url) ? new URL(url).origin : fail(`--url ${url} is not a URL.`);
}

/** The organisation, its key, its owner and their audit rows, or none of them; no secret in clear is among them. */
async function write(statements: readonly Statement[]): Promise<void> {
  const { status, output } = await execute(target, statements);
  if (status === 0) return;
  if (output.includes("organizations.slug")) fail(`The slug ${slug} is taken: choose another.`);
  fail(`Nothing was created. Wrangler says:\n${output}`);
}

/** Asked after the write, and true only of an account that was confirmed before it, or by its link since. */
async function isConfirmed(email: string): Promise<boolean> {
  const { status, output } = await execute(target, [confirmedAccount(email)]);
  if (status !== 0) fail(`The outcome cannot be read. Wrangler says:\n${output}`);
  return output.includes('"usr_');
}
