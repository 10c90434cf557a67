// `npm run organizations -- suspend|resume SLUG [--local|--remote]`: stops an organisation's sales and creates, or lets
// them go on (rule T4). The Worker's cron tells the inventories.

import { parseArgs } from "node:util";
import * as z from "zod";
import { SLUG } from "../domain/catalogue.ts";
import { newId } from "./credentials.ts";
import { execute, openTarget } from "./d1-target.ts";
import { changeStatus, readStatus, type StatusChange } from "./organization-status.ts";
import { fail, helpOn, say } from "./terminal.ts";
import { jsonOf } from "./wrangler.ts";

const USAGE = "Usage: npm run organizations -- suspend|resume SLUG [--local|--remote]";

const answer = z.array(
  z.object({
    results: z.array(z.object({ name: z.string(), status: z.string(), changed: z.number(), ticket_types: z.number() })),
  }),
);

helpOn(USAGE);
const { change, slug, remote } = readArguments();
const target = await openTarget(remote);
const auditId = newId("aud");
const written = await execute(target, changeStatus(change, slug, auditId, Date.now()));
if (written.status !== 0) fail(`Nothing was changed. Wrangler says:\n${written.output}`);
const read = await execute(target, [readStatus(slug, auditId)]);
if (read.status !== 0) fail(`The outcome cannot be read. Wrangler says:\n${read.output}`);
const organization = parseAnswer(read.stdout);
if (!organization) fail(`There is no organisation with the slug ${slug}.`);
tell(organization);

function readArguments(): { change: StatusChange; slug: string; remote: boolean } {
  try {
    const flag = { type: "boolean", default: false } as const;
    const { values, positionals } = parseArgs({ options: { local: flag, remote: flag }, allowPositionals: true });
    const [change, slug, ...rest] = positionals;
    if ((change !== "suspend" && change !== "resume") || !slug || rest.length > 0) return fail(USAGE);
    if (values.local && values.remote) return fail(USAGE);
    if (!SLUG.test(slug)) return fail(`${slug} is not a slug: lower-case letters, digits and single hyphens.`);
    return { change, slug, remote: values.remote };
  } catch (fault) {
    return fail(`${fault instanceof Error ? fault.message : String(fault)}\n${USAGE}`);
  }
}

type Outcome = z.infer<typeof answer>[number]["results"][number];

function parseAnswer(stdout: string): Outcome | undefined {
  return answer.parse(jsonOf(stdout))[0]?.results[0];
}

function tell({ name, status, changed, ticket_types: types }: Outcome): void {
  if (changed === 0) return say(`${name} (${slug}) is ${status} already: nothing was changed.`);
  say(`${name} (${slug}) is ${status}.`);
  const when = remote ? "within a minute or two" : "within 30 seconds of the next start of the local server";
  say(types === 0 ? "It has no ticket types." : `The inventories of its ${types} ticket types are told ${when}.`);
}
