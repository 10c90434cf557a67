// `npm run organizations -- list|add-owner|suspend|resume …`: lists organisations, adds an owner, and suspends or resumes
// sales and creates (rules T4, P4). The Worker's cron delivers a suspension to the inventories.

import * as z from "zod";
import { SLUG } from "../domain/events/slug.ts";
import { newId } from "./rows/credentials.ts";
import { execute, openTarget, query, type Target } from "./d1/d1-target.ts";
import type { Statement } from "./d1/database.ts";
import { LIST_ORGANIZATIONS, listedFrom, renderList } from "./rows/organization-list.ts";
import { changeStatus, readStatus, type StatusChange } from "./rows/organization-status.ts";
import { originOf, readEmail, describeOwner } from "./rows/owner-link.ts";
import { makeOwner, readOwner } from "./rows/people-rows.ts";
import { misuse, readCommandLine } from "./terminal/command-line.ts";
import { fail, say } from "./terminal/terminal.ts";

const USAGE = `Usage: npm run organizations -- list [--json] [--local|--remote]
       npm run organizations -- add-owner SLUG --email you@example.com [--url https://where.you.serve] [--local|--remote]
       npm run organizations -- suspend|resume SLUG [--local|--remote]`;

type OrganizationsCommand =
  | { readonly verb: "list"; readonly json: boolean }
  | { readonly verb: "add-owner"; readonly slug: string; readonly email: string; readonly origin: string }
  | { readonly verb: StatusChange; readonly slug: string };

const ownership = z.object({
  id: z.string(),
  name: z.string(),
  confirmed: z.number(),
  done: z.enum(["member.create", "member.change"]).nullable(),
});

const outcome = z.object({ name: z.string(), status: z.string(), changed: z.number(), ticket_types: z.number() });

const { command, remote } = readArguments();
const target = await openTarget(remote);
if (command.verb === "list") await list(command.json);
else if (command.verb === "add-owner") await addOwner(command);
else await change(command.verb, command.slug);

function readArguments(): { readonly command: OrganizationsCommand; readonly remote: boolean } {
  const flag = { type: "boolean", default: false } as const;
  const text = { type: "string" } as const;
  const options = { local: flag, remote: flag, json: flag, email: text, url: text };
  const { values, positionals } = readCommandLine(USAGE, options, 2);
  const [verb, slug] = positionals;
  const { email, url, json, local, remote } = values;
  if (local && remote) return misuse("Not both --local and --remote.", USAGE);
  const isPlain = email === undefined && url === undefined;
  if (verb === "list" && slug === undefined && isPlain) return { command: { verb, json }, remote };
  if (slug !== undefined && !json) {
    if (!SLUG.test(slug)) return fail(`${slug} is not a slug: lower-case letters, digits and single hyphens.`);
    if (verb === "add-owner" && email !== undefined)
      return { command: { verb, slug, email: readEmail(email), origin: originOf(url, remote) }, remote };
    if ((verb === "suspend" || verb === "resume") && isPlain) return { command: { verb, slug }, remote };
  }
  return misuse(explainMisuse(verb, slug, email), USAGE);
}

function explainMisuse(verb = "", slug: string | undefined, email: string | undefined): string {
  if (!["list", "add-owner", "suspend", "resume"].includes(verb))
    return verb === "" ? "What to do is missing." : `Unknown command '${verb}'.`;
  if (verb !== "list" && slug === undefined) return "SLUG is missing.";
  if (verb === "list" && slug !== undefined) return `Unexpected argument '${slug}'.`;
  return verb === "add-owner" && email === undefined ? "--email is missing." : `An option does not belong to ${verb}.`;
}

async function list(json: boolean): Promise<void> {
  const listed = listedFrom(await query(target, LIST_ORGANIZATIONS));
  const [whither, command] = remote
    ? ["The deployed database", "npm run -s bootstrap -- --remote"]
    : ["The local database", "npm run -s bootstrap -- --local"];
  if (listed.length === 0)
    say(
      `${whither} has no organisation yet. To create one:\n  ${command} --name "Your Name" --slug your-name --email you@example.com`,
    );
  const lines = json ? [JSON.stringify(listed, null, 2)] : listed.length === 0 ? [] : renderList(listed);
  for (const line of lines) process.stdout.write(`${line}\n`);
}

async function addOwner({ slug, email, origin }: Extract<OrganizationsCommand, { verb: "add-owner" }>): Promise<void> {
  const owner = makeOwner(email, slug, Date.now());
  const row = await write(target, owner.statements, readOwner(email, slug, owner.auditId));
  if (!row) return failUnknown(slug);
  const { id, name, confirmed, done } = ownership.parse(row);
  say(
    done === null
      ? `${email} is an owner of ${name} (${slug}) already.`
      : `${email} is now an owner of ${name} (${slug})${done === "member.change" ? ", and was a member before" : ""}.`,
  );
  const result = { organization: { id, slug }, owner: describeOwner(owner, confirmed === 1, origin) };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

async function change(verb: StatusChange, slug: string): Promise<void> {
  const auditId = newId("aud");
  const row = await write(target, changeStatus(verb, slug, auditId, Date.now()), readStatus(slug, auditId));
  if (!row) return failUnknown(slug);
  const { name, status, changed, ticket_types: types } = outcome.parse(row);
  if (changed === 0) return say(`${name} (${slug}) is ${status} already. Nothing was changed.`);
  say(`${name} (${slug}) is ${status}.`);
  const when = remote ? "within a minute or two" : "within 30 seconds of the next start of the local server";
  say(types === 0 ? "It has no ticket types." : `The inventories of its ${types} ticket types are updated ${when}.`);
}

/** Writes all statements or none; returns the row that `outcome` then reads. */
async function write(to: Target, statements: readonly Statement[], outcome: Statement) {
  const { status, output } = await execute(to, statements);
  if (status !== 0) return fail(`Nothing was changed. Wrangler says:\n${output}`);
  return (await query(to, outcome))[0];
}

function failUnknown(slug: string): never {
  const all = `npm run organizations -- list${remote ? " --remote" : ""}`;
  return fail(`There is no organisation with the slug ${slug}. To see all: ${all}`);
}
