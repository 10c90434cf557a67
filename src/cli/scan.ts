// `npm run scan -- CODE --event EVENT_ID --gate GATE_ID`: scans a ticket at a gate, as a scanner does, and says in words
// what the door says. Its status tells scripts: 0 somebody passes, 1 nobody does, 2 the door could not be asked.

import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openClient } from "../client/client.ts";
import { newId } from "./credentials.ts";
import { type Demo, isOwnEvent, readDemo } from "./demo.ts";
import { readBaseUrl } from "./follow.ts";
import { openScanner, type Post } from "./scan-asking.ts";
import { readNames } from "./scan-names.ts";
import { renderAsked, type Shown } from "./scan-screen.ts";
import { readStateDir } from "./settings.ts";
import { fail, helpOn, say } from "./terminal.ts";

const USAGE = `Usage: npm run scan -- CODE --event EVENT_ID --gate GATE_ID [--out] [--override REASON] [--typed]
                            [--url http://127.0.0.1:8787]
       npm run -s scan -- - --event EVENT_ID --gate GATE_ID ...      a code a line from stdin, until its end
Scans a ticket at the door. CODE is what a reader reads (VG1...), or with --typed the short code under it. --out: the guest
leaves. --override: a supervisor lets in against the verdict, and says why. By an API key or a device's token in API_KEY; for
the demonstration's own events by its scanner at that one's gate, and by its staff elsewhere and to override.
Ends with 0 when the guest may pass, 1 when not, 2 when the door could not be asked; of a list from stdin with 0, or with 2
when it could not be asked of one of them.`;

helpOn(USAGE);
// Whatever else ends it, it is no verdict: 1 is what a refused guest is told by.
let status: Shown["status"] = 2;
process.on("exit", () => {
  process.exitCode = status;
});

const { code, baseUrl, token, namesToken, post } = readArguments();
const names = readNames(baseUrl, namesToken, post.eventId);
const scanner = openScanner({
  client: openClient({ baseUrl, token }),
  post,
  newScanId: () => newId("scn"),
  wait,
  random: Math.random,
  onRepeat: () => say("No answer yet; asking again ..."),
});
const style = {
  colours: process.stdout.isTTY && !process.env["NO_COLOR"],
  oneLine: code === "-",
};

status = code === "-" ? await scanLines() : await scanOne(code);
// So that the next scan knows that this verdict was seen (rule D5).
await scanner.acknowledge();

async function scanOne(text: string): Promise<Shown["status"]> {
  const asked = await scanner.scan(text);
  const shown = renderAsked(asked, await names, style, Date.now(), baseUrl);
  process.stdout.write(`${shown.lines.join("\n")}\n`);
  return shown.status;
}

async function scanLines(): Promise<Shown["status"]> {
  let worst: Shown["status"] = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() !== "" && (await scanOne(line)) === 2) worst = 2;
  }
  return worst;
}

type Arguments = {
  readonly code: string;
  readonly baseUrl: string;
  readonly token: string;
  /** Reads the names of all gates, where there is one that does. */
  readonly namesToken: string;
  readonly post: Post;
};

function readArguments(): Arguments {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const options = { event: text, gate: text, out: flag, override: text, typed: flag, url: text };
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const { event: eventId, gate, out, override, typed, url } = values;
    const [code] = positionals;
    if (!code || positionals.length > 1 || !eventId || !gate || (out && override !== undefined)) return fail(USAGE);
    const demo = readDemo(readStateDir(process.env));
    const baseUrl = readBaseUrl(url, demo?.base_url, USAGE);
    const own = demo && url === undefined && isOwnEvent(demo, eventId) ? demo : null;
    const token = process.env["API_KEY"] || (own && demoToken(own, gate, override !== undefined));
    if (!token) return fail(`API_KEY must hold an API key of the organisation, or the token of a device.\n${USAGE}`);
    const post: Post = {
      ...{ eventId, gate_id: gate, direction: out ? "out" : "in", source: typed ? "typed" : "reader" },
      override: override === undefined ? null : { reason: override },
    };
    return { code, baseUrl, token, namesToken: own?.api_keys.staff ?? token, post };
  } catch (fault) {
    return fail(`${fault instanceof Error ? fault.message : String(fault)}\n${USAGE}`);
  }
}

/** The demonstration has one scanner, at its first gate; a device overrides nothing (rule D15). */
function demoToken({ device_token, gate_ids, api_keys }: Demo, gate: string, overrides: boolean): string {
  return gate === gate_ids[0] && !overrides ? device_token : api_keys.staff;
}
