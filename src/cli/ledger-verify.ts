// `npm run ledger:verify`: recomputes chain, counts and lives of a ticket type's ledger, compares it with the rows that D1
// and the log have noted, and prints the row at which it breaks. With --door it does the same for the log of an event's
// door (door-verify.ts). It writes nothing but the file of --export.

import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, writeSync } from "node:fs";
import { parseId } from "../domain/ids.ts";
import { EMPTY_HEAD, type Head } from "../domain/ledger/chain.ts";
import { type NotedHead, openVerifier } from "../domain/ledger/verify.ts";
import {
  inventoryFile,
  type Line,
  readFileLines,
  readNotedHead,
  readServedLines,
  readServedNotedHead,
  renderLine,
  type StoredLedger,
  withLedger,
} from "./verify/ledger-source.ts";
import { isOwnEvent, readDemo } from "./local/demo.ts";
import { readBaseUrl } from "./terminal/follow.ts";
import { readHoldMs, readStateDir } from "./local/settings.ts";
import { lockState } from "./local/state-lock.ts";
import { misuse, readCommandLine } from "./terminal/command-line.ts";
import { fail, say } from "./terminal/terminal.ts";

const USAGE = `Usage: npm run ledger:verify -- --ticket-type ID [--export FILE]         the local state folder, not served
       npm run ledger:verify -- --ticket-type ID --url URL [--export FILE]   a running Worker, by API_KEY
       npm run ledger:verify -- --file FILE                              what --export wrote
       npm run ledger:verify -- --door EVENT_ID [--url URL]              the log of a running door, by API_KEY
       each with --head SEQ:HASH, as often as wanted: a row that a line ledger_head of the log has, or that was printed here
Without --url a door is that of the server of npm start; for the demonstration's own events it takes the demonstration's key.`;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Takes lines one by one: exports them, if requested, and verifies them. */
type Check = { take(line: Line | { readonly unreadable: number }): void; end(): { readonly head: Head } };

function openCheck(noted: readonly NotedHead[]): Check {
  const output = exportTo === undefined ? null : openSync(exportTo, "w");
  const holdMs = readHoldMs(process.env);
  const options = { noted, ...(holdMs !== null && { holdMs }) };
  let from = EMPTY_HEAD;
  let verifier = openVerifier(from, sha256, options);
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
      } else if (first === null) {
        from = line.checkpoint;
        verifier = openVerifier(from, sha256, options);
      } else fail("Rows were deleted behind a checkpoint while the ledger was read. Run the command again.");
    },
    end() {
      if (output !== null) closeSync(output);
      const { rows, head, broken } = verifier.verdict();
      if (broken) fail(`The ledger breaks at row ${broken.seq}: ${broken.why}.`);
      if (unreadable !== null)
        fail(`The ledger breaks at row ${head.seq + 1}: line ${unreadable} is not a row of a ledger.`);
      if (rows === 0) fail("There is no row to verify.");
      const counts = `total ${head.total}, sold ${head.sold}, held ${head.held}, withdrawn ${head.withdrawn}`;
      process.stdout.write(`Rows ${head.seq - rows + 1} to ${head.seq} hold: ${counts}, hash ${head.hash}\n`);
      for (const note of noted) say(compared(note, from));
      return { head };
    },
  };
}

/** What the comparison with a noted row has proved, when the ledger is right. */
function compared({ by, seq }: NotedHead, from: Head): string {
  if (seq < from.seq) return `${by} has row ${seq}, which was deleted here, so it could not be compared.`;
  return `${by} has row ${seq} with the same hash.`;
}

const { ticketType, door, file, url, exportTo, heads } = readArguments();
if (door !== undefined) await verifyDoor(door, url);
else if (file !== undefined) await verifyFile(file);
else if (url !== undefined) await verifyServed(url, ticketType);
else await verifyStored(ticketType);

function readArguments() {
  const text = { type: "string" } as const;
  const texts = { type: "string", multiple: true } as const;
  const options = { "ticket-type": text, door: text, file: text, url: text, export: text, head: texts };
  const { values } = readCommandLine(USAGE, options);
  const { door, file, url, export: exportTo, head = [], "ticket-type": ticketType = "" } = values;
  if ([door, file, ticketType || undefined].filter((each) => each !== undefined).length !== 1)
    return misuse("One of --ticket-type, --door and --file says what to verify.", USAGE);
  if (file !== undefined && url !== undefined) return misuse("Not both --file and --url.", USAGE);
  if (ticketType === "" && exportTo !== undefined) return misuse("--export needs --ticket-type.", USAGE);
  if (ticketType !== "" && !parseId("tt", ticketType))
    return misuse(`${ticketType} is not the id of a ticket type.`, USAGE);
  if (door !== undefined && !parseId("evt", door)) return misuse(`${door} is not the id of an event.`, USAGE);
  return { ticketType, door, file, url, exportTo, heads: head.map(readHead) };
}

function readHead(text: string): NotedHead {
  const [, seq, hash = ""] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined) return misuse(`${text} is not the SEQ:HASH of a row.`, USAGE);
  return { by: "the log", seq: Number(seq), hash };
}

/** D1's row is compared when there is a D1; a file has none. */
function withHeads(projected: NotedHead | null): readonly NotedHead[] {
  if (projected === null) say("D1 has noted no row of this ledger yet, so nothing could be compared.");
  return projected === null ? heads : [projected, ...heads];
}

async function verifyFile(path: string): Promise<void> {
  if (!existsSync(path)) fail(`There is no file ${path}.`);
  const check = openCheck(heads);
  for await (const line of readFileLines(path)) check.take(line);
  check.end();
}

async function verifyServed(baseUrl: string, id: string): Promise<void> {
  const apiKey = process.env["API_KEY"];
  if (!apiKey) fail("API_KEY must hold an API key of the organisation.");
  const base = baseUrl.replace(/\/+$/, "");
  try {
    // Read first, so that the ledger has at least the row that D1 has noted.
    const check = openCheck(withHeads(await readServedNotedHead(base, id, apiKey)));
    for await (const line of readServedLines(base, id, apiKey)) check.take(line);
    check.end();
  } catch (fault) {
    fail(fault instanceof Error ? fault.message : String(fault));
  }
}

async function verifyDoor(eventId: string, url: string | undefined): Promise<void> {
  const demo = url === undefined ? readDemo(readStateDir(process.env)) : null;
  const baseUrl = readBaseUrl(url, demo?.base_url, USAGE);
  const token = process.env["API_KEY"] || (demo && isOwnEvent(demo, eventId) ? demo.api_keys.staff : null);
  if (!token) return fail("API_KEY must hold an API key of the organisation.");
  try {
    // Imported only for a door, since the schema of its rows brings that of the whole API.
    const { readDoorLog, verifyDoorLog } = await import("./verify/door-verify.ts");
    const { last, broken, from } = await verifyDoorLog(readDoorLog(baseUrl, token, eventId), sha256, heads);
    if (broken) fail(`The door's log breaks at row ${broken.seq}: ${broken.why}.`);
    const counts = `${Math.max(0, last.inside)} inside, ${last.admitted} admitted`;
    if (last.seq === 0) fail("There is no row to verify.");
    if (from > 0) say(`Rows 1 to ${from} were deleted, 90 days after the event's archiving.`);
    const held = last.seq === from ? `Row ${from} is what is left` : `Rows ${from + 1} to ${last.seq} hold`;
    process.stdout.write(`${held}: ${counts}, hash ${last.hash}\n`);
    for (const { seq } of heads) {
      say(
        seq < from ? `Row ${seq} was deleted, so it could not be compared.` : `Row ${seq} has the hash that was noted.`,
      );
    }
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
  const heads = withHeads(readNotedHead(stateDir, id));
  if (withLedger(path, (ledger) => checkStored(ledger, heads)) === null) fail(`The inventory of ${id} has no ledger.`);
}

/** The object's holds are stored beside its ledger, so the held count must equal their sum. */
function checkStored({ checkpoint, rows, liveQuantity }: StoredLedger, noted: readonly NotedHead[]): true {
  const check = openCheck(noted);
  if (checkpoint) check.take({ checkpoint });
  for (const row of rows) check.take({ row });
  const { held } = check.end().head;
  if (held !== liveQuantity) fail(`The ledger has ${held} held, but the sum of the live holds is ${liveQuantity}.`);
  say("The sum of the live holds is what the ledger has held.");
  return true;
}
