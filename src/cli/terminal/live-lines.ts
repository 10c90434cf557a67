// Describes a frame of the live channel as one line for people. An unknown frame is printed as it came.

import * as z from "zod";
import { withdrawnOf } from "../../client/live-state.ts";
import { writtenOut } from "../../domain/text/text.ts";

const occupancy = z.object({
  at: z.string(),
  ticket_types: z.array(
    z.object({
      id: z.string(),
      seq: z.number(),
      status: z.string(),
      total: z.number(),
      sold: z.number(),
      held: z.number(),
      available: z.number(),
    }),
  ),
});

/** `18:00:00.123  498 of 500 available, 2 held, 0 sold (seq 7)` */
export function describeFrame(text: string): string {
  const frame = occupancy.safeParse(parse(text));
  if (!frame.success) return writtenOut(text);
  const time = frame.data.at.slice(11, 23);
  const several = frame.data.ticket_types.length > 1;
  const types = frame.data.ticket_types.map((type) => {
    const { id, seq, status, total, sold, held, available } = type;
    const withdrawn = withdrawnOf(type);
    const apart = withdrawn > 0 ? `, ${withdrawn} withdrawn` : "";
    const counts = `${available} of ${total} available, ${held} held, ${sold} sold${apart}`;
    const shown = status === "available" ? "" : ` [${status}]`;
    return `${several ? `${id}: ` : ""}${counts}${shown} (seq ${seq})`;
  });
  return `${time}  ${types.join("; ")}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
