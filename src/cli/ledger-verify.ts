// `npm run ledger:verify`: recomputes chain, counts and lives of a ticket type's ledger, compares it with what D1 was told,
// and says at which row it breaks. Writes nothing but the file of --export.

import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { parseId } from "../domain/ids.ts";
import { EMPTY_HEAD, type Head } from "../domain/ledger/chain.ts";
import { openVerifier, type Told } from "../domain/ledger/verify.ts";
import {
  inventoryFile,
  type Line,
  readFileLines,
  readServedLines,
  readServedTold,
  readTold,
  renderLine,
  type StoredLedger,
  withLedger,
} from "./ledger-source.ts";
import { readStateDir } from "./settings.ts";
import { lockState } from "./state-lock.ts";
import { fail, helpOn, say } from "./terminal.ts";

const USAGE = `Usage: npm run ledger:verify -- --ticket-type ID [--export FILE]         the local state folder, not served
       npm run ledger:verify -- --ticket-type ID --url URL [--export FILE]   a running Worker, by API_KEY
       npm run ledger:verify -- --file FILE                              what --export wrote`;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Takes lines one by one: writes them out, if asked to, and verifies them. */
type Check = { take(line: Line | { readonly unreadable: number }): void; end(): { readonly head: Head } };

function openCheck(exportTo: string | undefined, told: Told | null): Check {
  const output = exportTo === undefined ? null : openSync(exportTo, "w");
  let verifier = openVerifier(EMPTY_HEAD, sha256, told);
  let first: number | null = null;
  let unreadable: number | null = null;
  return {
    take(line) {
      if (unreadable !== null) return;
      if ("unreadable" in line) {
        unreadable = line.unreadable;
        return;
      }
      if (output !== null) writeSync(output, `${renderLine(line)}\n`);
      if ("row" in line) {
        first ??= line.row.seq;
        verifier.take(line.row);
      } else if (first === null) verifier = openVerifier(line.checkpoint, sha256, told);
    },
    end() {
      if (output !== null) closeSync(output);
      const { rows, head, broken } = verifier.verdict();
      if (broken) fail(`The ledger breaks at row ${broken.seq}: ${broken.why}.`);
      if (unreadable !== null)
        fail(`The ledger breaks at row ${head.seq + 1}: line ${unreadable} is no row of a ledger.`);
      if (rows === 0) fail("There is no row to verify.");
      const counts = `total ${head.total}, sold ${head.sold}, held ${head.held}, withdrawn ${head.withdrawn}`;
      process.stdout.write(`Rows ${head.seq - rows + 1} to ${head.seq} hold: ${counts}, hash ${head.hash}\n`);
      return { head };
    },
  };
}

helpOn(USAGE);
const { ticketType, file, url, exportTo } = readArguments();
if (file !== undefined) await verifyFile(file);
else if (url !== undefined) await verifyServed(url, ticketType);
else await verifyStored(ticketType);

function readArguments() {
  const text = { type: "string" } as const;
  const options = { "ticket-type": text, file: text, url: text, export: text };
  try {
    const { values } = parseArgs({ options });
    const { file, url, export: exportTo, "ticket-type": ticketType = "" } = values;
    if ((file === undefined) === (ticketType === "")) return fail(USAGE);
    if (file !== undefined && (url !== undefined || exportTo !== undefined)) return fail(USAGE);
    if (file === undefined && !parseId("tt", ticketType))
      return fail(`${ticketType} is no id of a ticket type.\n${USAGE}`);
    return { ticketType, file, url, exportTo };
  } catch (fault) {
    return fail(`${fault instanceof Error ? fault.message : String(fault)}\n${USAGE}`);
  }
}

async function verifyFile(path: string): Promise<void> {
  if (!existsSync(path)) fail(`There is no file ${path}.`);
  const check = openCheck(undefined, null);
  for await (const line of readFileLines(path)) check.take(line);
  check.end();
}

async function verifyServed(baseUrl: string, id: string): Promise<void> {
  const apiKey = process.env["API_KEY"];
  if (!apiKey) fail("API_KEY must hold an API key of the organisation.");
  const base = baseUrl.replace(/\/+$/, "");
  try {
    // First, so that the ledger has at least what D1 was told of.
    const check = openCheck(exportTo, await readServedTold(base, id, apiKey));
    for await (const line of readServedLines(base, id, apiKey)) check.take(line);
    check.end();
  } catch (fault) {
    fail(fault instanceof Error ? fault.message : String(fault));
  }
}

async function verifyStored(id: string): Promise<void> {
  const stateDir = readStateDir(process.env);
  const path = inventoryFile(stateDir, id);
  if (path === null) return fail(`${stateDir} has no inventory of ${id}.`);
  const lock = await lockState(stateDir);
  if (!lock.ok)
    return fail(`${stateDir} is in use by process ${lock.refusal.pid}. Stop that server first, or use --url.`);
  process.once("exit", lock.value.release);
  const told = readTold(stateDir, id);
  if (withLedger(path, (ledger) => checkStored(ledger, told)) === null) fail(`The inventory of ${id} has no ledger.`);
}

/** The holds of the object are beside its ledger: what counts as held must be what they sum up to. */
function checkStored({ checkpoint, rows, liveQuantity }: StoredLedger, told: Told | null): true {
  const check = openCheck(exportTo, told);
  if (checkpoint) check.take({ checkpoint });
  for (const row of rows) check.take({ row });
  const { held } = check.end().head;
  if (held !== liveQuantity) fail(`The ledger holds ${held}, but the holds that are live sum up to ${liveQuantity}.`);
  say("The holds that are live sum up to what is held.");
  return true;
}
