// `npm run -s live -- TICKET_TYPE_ID`: follows the occupancy of a ticket type, one line a frame.

import { parseArgs } from "node:util";
import { WebSocket } from "ws";
import { readDemo } from "./demo.ts";
import { describeFrame } from "./live-lines.ts";
import { readStateDir } from "./settings.ts";
import { fail, say } from "./terminal.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const USAGE = "Usage: npm run -s live -- TICKET_TYPE_ID [--url http://127.0.0.1:8787]";
/** Close codes after which coming back is of no use (docs/api.md, "Live"). */
const FINAL: Readonly<Record<number, string>> = {
  4400: "the server did not understand us",
  4401: "no longer authenticated",
  4403: "no longer allowed",
  4410: "the event is over",
};

const { ticketTypeId, baseUrl } = readArguments();
const address = `${baseUrl.replace(/^http/, "ws")}/v1/ticket-types/${encodeURIComponent(ticketTypeId)}/live`;
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
follow(null);

function readArguments(): { ticketTypeId: string; baseUrl: string } {
  try {
    const { values, positionals } = parseArgs({ options: { url: { type: "string" } }, allowPositionals: true });
    const [id] = positionals;
    if (!id || positionals.length > 1) return fail(USAGE);
    const url = values.url ?? readDemo(readStateDir(process.env))?.base_url;
    if (!url) return fail(`No server has been started here yet (npm start), and no --url is given.\n${USAGE}`);
    return /^https?:\/\//.test(url)
      ? { ticketTypeId: id, baseUrl: url.replace(/\/+$/, "") }
      : fail(`--url must begin with http:// or https://\n${USAGE}`);
  } catch (fault) {
    return fail(`${fault instanceof Error ? fault.message : String(fault)}\n${USAGE}`);
  }
}

/**
 * `lost`: attempts since the last frame, each waiting twice as long as the one before, with jitter so that a crowd
 * comes back spread out; null: never connected yet, when a server that does not answer is the end.
 */
function follow(lost: number | null): void {
  const socket = new WebSocket(address);
  let failures = lost;
  socket.on("open", () => {
    if (lost === null) say(`Following ${address} (Ctrl-C ends it)`);
    failures ??= 0;
  });
  socket.on("message", (data: Buffer) => {
    failures = 0;
    process.stdout.write(`${describeFrame(data.toString("utf8"))}\n`);
  });
  socket.on("unexpected-response", (_request, { statusCode = 0 }) => {
    if (statusCode === 404) fail(`${baseUrl} knows no ticket type ${ticketTypeId} that the public may see.`);
    if (statusCode < 500 && statusCode !== 429) fail(`${baseUrl} refuses the socket with status ${statusCode}.`);
    socket.terminate();
  });
  // Why nothing: a close follows every error, and decides.
  socket.on("error", () => undefined);
  socket.on("close", (code: number) => {
    const final = FINAL[code];
    if (final) fail(`The server closed the socket: ${final} (${code}).`);
    if (failures === null) fail(`Nothing answers at ${baseUrl}. Is the server running (npm start)?`);
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures) * (0.5 + Math.random() / 2);
    say(`Connection lost (${code}); again in ${(wait / 1_000).toFixed(1)} s`);
    const attempts = failures + 1;
    setTimeout(() => follow(attempts), wait);
  });
}
