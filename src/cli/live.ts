// `npm run -s live -- TICKET_TYPE_ID`: follows the occupancy of a ticket type and prints one line for each frame.

import { parseArgs } from "node:util";
import { readDemo } from "./local/demo.ts";
import { followForPerson, readBaseUrl } from "./terminal/follow.ts";
import { describeFrame } from "./terminal/live-lines.ts";
import { readStateDir } from "./local/settings.ts";
import { fail, helpOn } from "./terminal/terminal.ts";

const USAGE = "Usage: npm run -s live -- TICKET_TYPE_ID [--url http://127.0.0.1:8787]";

helpOn(USAGE);
const { ticketTypeId, baseUrl } = readArguments();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
followForPerson({
  baseUrl,
  path: `/v1/ticket-types/${encodeURIComponent(ticketTypeId)}/live`,
  unknown: `${baseUrl} has no public ticket type ${ticketTypeId}.`,
  onState: (_, frame) => process.stdout.write(`${describeFrame(JSON.stringify(frame))}\n`),
});

function readArguments(): { ticketTypeId: string; baseUrl: string } {
  try {
    const { values, positionals } = parseArgs({ options: { url: { type: "string" } }, allowPositionals: true });
    const [id] = positionals;
    if (!id || positionals.length > 1) return fail(USAGE);
    return { ticketTypeId: id, baseUrl: readBaseUrl(values.url, readDemo(readStateDir(process.env))?.base_url, USAGE) };
  } catch (fault) {
    return fail(`${fault instanceof Error ? fault.message : String(fault)}\n${USAGE}`);
  }
}
