// Defines a party on the wire (docs/api.md, "Scans").

import { z } from "@hono/zod-openapi";
import type { PartyTicket } from "../../../app/door/read-party.ts";
import { parseSerial, showSerial } from "../../../domain/door/tickets/serial.ts";
import { idText } from "../common.ts";
import { ticketIdText } from "./ticket.ts";

const SERIAL_EXAMPLE = "2GPSK-SFJ5J-M";

export const serialQuery = z
  .string()
  .max(100)
  .transform((text, context) => {
    const serial = parseSerial(text);
    if (serial !== null) return serial;
    context.addIssue({ code: "custom", message: "Not a serial: eleven characters of the ids' alphabet" });
    return z.NEVER;
  })
  .openapi({ type: "string", example: SERIAL_EXAMPLE, description: "The serial of the ticket that was let in." });

export const Party = z
  .object({
    data: z
      .array(
        z.object({
          ticket_id: ticketIdText,
          serial: z.string().openapi({ example: SERIAL_EXAMPLE }),
          ticket_type_id: idText("tt"),
          entered: z.boolean().openapi({ description: "Whether it was let in before and has left." }),
        }),
      )
      .openapi({
        description:
          "The valid tickets of the order whose holders are outside; none for a device that has not just let that one in.",
      }),
  })
  .openapi("Party");

export function renderParty(tickets: readonly PartyTicket[]): z.infer<typeof Party> {
  const data = tickets.map(({ id: ticket_id, serial, ticketTypeId: ticket_type_id, entered }) => ({
    ...{ ticket_id, serial: showSerial(serial), ticket_type_id, entered },
  }));
  return { data };
}
