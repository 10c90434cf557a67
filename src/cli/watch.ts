// `npm run watch -- --event EVENT_ID`: shows an event's stock for people, redrawn as it changes.

import { openClient } from "../client/client.ts";
import type { Connection } from "../client/live.ts";
import { type LiveState, NOTHING_KNOWN } from "../client/live-state.ts";
import { isOwnEvent, readDemo } from "./local/demo.ts";
import { followForPerson, readBaseUrl } from "./terminal/follow.ts";
import { readStateDir } from "./local/settings.ts";
import { misuse, readCommandLine } from "./terminal/command-line.ts";
import { noteTaken, renderScreen, type Taken } from "./terminal/watch-screen.ts";

const USAGE = `Usage: npm run watch -- --event EVENT_ID [--url http://127.0.0.1:8787]
With an API key in the environment (API_KEY) it shows hidden types, gates and sockets too; for the demonstration's own
events it takes the demonstration's.`;
const REDRAW_MS = 1_000;
/** The width of a line when the output is not a terminal. */
const WIDTH = 200;
const CLEAR = "\u001b[H\u001b[2J";

const { eventId, baseUrl, token } = readArguments();
const names = new Map<string, string>();
const changedAt = new Map<string, number>();
let shown: LiveState = NOTHING_KNOWN;
let taken: Taken = [];
let connection: Connection = { state: "connecting" };

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
await readNames();
followForPerson({
  baseUrl,
  path: `/v1/events/${encodeURIComponent(eventId)}/${token === undefined ? "live" : "scanner"}`,
  unknown: `${baseUrl} has no event ${eventId} that can be followed like this.`,
  ...(token !== undefined && { token }),
  onState(state) {
    const now = Date.now();
    taken = noteTaken(taken, shown, state, now);
    for (const [id, type] of state.ticketTypes) if (shown.ticketTypes.get(id)?.seq !== type.seq) changedAt.set(id, now);
    shown = state;
    draw();
  },
  onConnection(next) {
    connection = next;
    if (shown !== NOTHING_KNOWN) draw();
  },
});
// On a terminal it is redrawn as time passes; a file or a pipe gets only what changes.
if (process.stdout.isTTY) setInterval(draw, REDRAW_MS);

function draw(): void {
  const { isTTY, columns } = process.stdout;
  const width = isTTY ? columns : WIDTH;
  const lines = renderScreen({ state: shown, connection, names, taken, changedAt, now: Date.now(), width });
  process.stdout.write(`${isTTY ? CLEAR : ""}${lines.join("\n")}\n`);
}

/** Reads the public names of the event and its types; without them the ids are shown. */
async function readNames(): Promise<void> {
  try {
    const answer = await openClient({ baseUrl }).call("GET /v1/public/events/{id}", { id: eventId });
    if (!answer.ok || !answer.body) return;
    names.set(answer.body.id, answer.body.name);
    for (const { id, name } of answer.body.ticket_types) names.set(id, name);
  } catch {
    // The socket will report the problem, with a better explanation.
  }
}

function readArguments(): { eventId: string; baseUrl: string; token: string | undefined } {
  const { values } = readCommandLine(USAGE, { event: { type: "string" }, url: { type: "string" } });
  if (!values.event) return misuse("--event is missing.", USAGE);
  const demo = readDemo(readStateDir(process.env));
  const url = readBaseUrl(values.url, demo?.base_url, USAGE);
  const own = demo && values.url === undefined && isOwnEvent(demo, values.event);
  return {
    eventId: values.event,
    baseUrl: url,
    token: process.env["API_KEY"] ?? (own ? demo.api_keys.viewer : undefined),
  };
}
