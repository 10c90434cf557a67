// `npm run scan -- CODE --event EVENT_ID --gate GATE_ID`: scans a ticket at a gate, as a scanner does, and prints the
// door's verdict in words. Exit status: 0 when somebody passes, 1 when nobody does, 2 when there is no verdict.

import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { openClient } from "../client/client.ts";
import { newId } from "./rows/credentials.ts";
import { type Demo, isOwnEvent, readDemo } from "./local/demo.ts";
import { readBaseUrl } from "./terminal/follow.ts";
import { openScanner, type Post } from "./scanning/scan-client.ts";
import { readNames } from "./scanning/scan-names.ts";
import { renderReply, type ScreenLines } from "./scanning/scan-screen.ts";
import { readStateDir } from "./local/settings.ts";
import { misuse, readCommandLine } from "./terminal/command-line.ts";
import { fail, say } from "./terminal/terminal.ts";

const USAGE = `Usage: npm run scan -- CODE --event EVENT_ID --gate GATE_ID [--out] [--override REASON] [--typed]
                            [--url http://127.0.0.1:8787]
       npm run -s scan -- - --event EVENT_ID --gate GATE_ID ...      a code a line from stdin, until its end
Scans a ticket at the door. CODE is the text of the QR code (VG1...), or with --typed the short code under it. --out:
the guest leaves. --override: a supervisor lets the guest in against the verdict, for this reason. API_KEY holds an API
key or the token of a device. Without --url it is not needed for events of the demonstration: those are scanned by the
demonstration's scanner at its own gate, and by its staff at other gates and to override.
Exit status: 0 when the guest may pass, 1 when not, 2 when the door could not be asked. For a list from stdin: 0, or 2
when the door could not be asked about one of the codes.`;

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const OPTIONS = { event: text, gate: text, out: flag, override: text, typed: flag, url: text } as const;

const commandLine = readCommandLine(USAGE, OPTIONS, 1);
// A run that ends without a verdict exits with 2, since 1 means that the guest was refused.
let status: ScreenLines["status"] = 2;
process.on("exit", () => {
  process.exitCode = status;
});

const { code, baseUrl, token, namesToken, post } = readArguments(commandLine);
const names = readNames(baseUrl, namesToken, post.eventId);
const scanner = openScanner({
  client: openClient({ baseUrl, token }),
  post,
  newScanId: () => newId("scn"),
  wait,
  random: Math.random,
  onRepeat: () => say("No reply yet; trying again ..."),
});
const style = {
  colours: process.stdout.isTTY && !process.env["NO_COLOR"],
  oneLine: code === "-",
};

status = code === "-" ? await scanLines() : await scanOne(code);
// Acknowledges that this verdict was seen, on which the next scan of the ticket depends (rule D5).
await scanner.acknowledge();

async function scanOne(text: string): Promise<ScreenLines["status"]> {
  const reply = await scanner.scan(text);
  const shown = renderReply(reply, await names, style, Date.now(), baseUrl);
  process.stdout.write(`${shown.lines.join("\n")}\n`);
  return shown.status;
}

async function scanLines(): Promise<ScreenLines["status"]> {
  let worst: ScreenLines["status"] = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() !== "" && (await scanOne(line)) === 2) worst = 2;
  }
  return worst;
}

type Arguments = {
  readonly code: string;
  readonly baseUrl: string;
  readonly token: string;
  /** A token that may read the names of all gates, if there is one. */
  readonly namesToken: string;
  readonly post: Post;
};

function readArguments({ values, positionals }: typeof commandLine): Arguments {
  const { event: eventId, gate, out, override, typed, url } = values;
  const [code] = positionals;
  if (!code) return misuse("CODE is missing.", USAGE);
  if (!eventId) return misuse("--event is missing.", USAGE);
  if (!gate) return misuse("--gate is missing.", USAGE);
  if (out && override !== undefined) return misuse("Not both --out and --override.", USAGE);
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
}

/**
 * The demonstration has one device, at its first gate, and a device may not override (rule D15); otherwise a key is used.
 */
function demoToken({ device_token, gate_ids, api_keys }: Demo, gate: string, overrides: boolean): string {
  return gate === gate_ids[0] && !overrides ? device_token : api_keys.staff;
}
