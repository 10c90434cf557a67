// `npm run -s live -- TICKET_TYPE_ID`: follows the occupancy of a ticket type and prints one line for each frame.

import { readDemo } from "./local/demo.ts";
import { followForPerson, readBaseUrl } from "./terminal/follow.ts";
import { describeFrame } from "./terminal/live-lines.ts";
import { readStateDir } from "./local/settings.ts";
import { misuse, readCommandLine } from "./terminal/command-line.ts";

const USAGE = "Usage: npm run -s live -- TICKET_TYPE_ID [--url http://127.0.0.1:8787]";

const { ticketTypeId, baseUrl } = readArguments();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
followForPerson({
  baseUrl,
  path: `/v1/ticket-types/${encodeURIComponent(ticketTypeId)}/live`,
  unknown: `${baseUrl} has no public ticket type ${ticketTypeId}.`,
  onState: (_, frame) => process.stdout.write(`${describeFrame(JSON.stringify(frame))}\n`),
});

function readArguments(): { ticketTypeId: string; baseUrl: string } {
  const { values, positionals } = readCommandLine(USAGE, { url: { type: "string" } }, 1);
  const [id] = positionals;
  if (!id) return misuse("The id of a ticket type is missing.", USAGE);
  return { ticketTypeId: id, baseUrl: readBaseUrl(values.url, readDemo(readStateDir(process.env))?.base_url, USAGE) };
}
