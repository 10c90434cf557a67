// Defines a ticket and its code on the wire (docs/api.md).

import { z } from "@hono/zod-openapi";
import { showSerial } from "../../../domain/door/tickets/serial.ts";
import { type Ticket as Made, TICKET_STATUSES } from "../../../domain/door/tickets/ticket.ts";
import { parseTicketId, type TicketId } from "../../../domain/ids.ts";
import type { OrderOrCopy } from "../../responses/order-response.ts";
import { MAX_GATE_TEXT, MAX_NOTES } from "../../../domain/limits.ts";
import { idText, lines } from "../common.ts";
import { orderIdText } from "../sales/order-id.ts";

const TICKET_ID_EXAMPLE = `tkt_${"4c9n0q2r8k3f7t5v1x6y0z9m2d".repeat(2)}01`;
export const ticketIdText = z.string().openapi({ example: TICKET_ID_EXAMPLE });
const serial = z
  .string()
  .openapi({ description: "Identifies the ticket, but admits nobody.", example: "2GPSK-SFJ5J-M" });
const FOR_ORGANISERS = "Null for everybody but organisers.";
const generation = z.int().openapi({ description: "Raised when the ticket is reissued.", example: 1 });

export const ticketIdParam = z.object({
  id: z
    .string()
    .openapi({ param: { name: "id", in: "path" }, example: TICKET_ID_EXAMPLE })
    .transform((text): TicketId | null => parseTicketId(text)),
});

export const Ticket = z
  .object({
    id: ticketIdText,
    order_id: orderIdText,
    event_id: idText("evt"),
    organization_id: idText("org"),
    ticket_type_id: idText("tt"),
    number: z.int().openapi({ description: "The ticket's number within its order.", example: 1 }),
    serial,
    status: z.enum(TICKET_STATUSES).openapi({ description: "`void` is final: such a ticket has no code." }),
    generation,
    blocked: z.boolean().openapi({ description: "Whether the gates stop it." }),
    block_note: z
      .string()
      .nullable()
      .openapi({ description: `A note for the gate that stops the ticket. ${FOR_ORGANISERS}` }),
    attention: z
      .string()
      .nullable()
      .openapi({ description: `A text for the gate that admits the ticket. ${FOR_ORGANISERS}` }),
  })
  .openapi("Ticket");

const forGate = lines(MAX_GATE_TEXT).nullable();

export const VoidInput = z
  .strictObject({
    return_to_stock: z
      .boolean()
      .default(true)
      .openapi({ description: "`false`: the ticket is withdrawn, not for sale again.", example: true }),
    reason: lines(MAX_NOTES).nullable().default(null).openapi({ example: "The guest cannot come." }),
    force: z
      .boolean()
      .default(false)
      .openapi({ description: "Void the ticket even if its holder was admitted.", example: false }),
  })
  .openapi("VoidInput");

export const BlockInput = z
  .strictObject({ note: forGate.default(null).openapi({ example: "Reported stolen. Call the office." }) })
  .openapi("BlockInput");

export const AttentionInput = z
  .strictObject({ text: forGate.openapi({ example: "Wheelchair: please open the side door." }) })
  .openapi("AttentionInput");

export const TicketList = z.object({ data: z.array(Ticket) });

export const TicketCode = z
  .object({
    ticket_id: ticketIdText,
    serial,
    generation,
    ticket_code: z.string().openapi({
      description:
        "The text of the ticket's QR code, 131 characters. It admits whoever has it, so keep it as safe as a ticket.",
      example: `VG1${"0".repeat(128)}`,
    }),
    typed_code: z.string().openapi({
      description:
        "The serial and four more characters, to type where a code cannot be read. Keep it as safe as a ticket.",
      example: "2GPSK-SFJ5J-MPDEB",
    }),
  })
  .openapi("TicketCode");

export const TicketLink = z
  .object({
    ticket_id: ticketIdText,
    ticket_link: z.string().openapi({
      description:
        "A bearer token that reads this ticket and its code until 30 days after the event's end, and does nothing else. Keep it out of paths and queries.",
      example: `vgt_${"A".repeat(119)}`,
    }),
  })
  .openapi("TicketLink");

type Owner = Pick<Extract<OrderOrCopy, { ok: true }>["value"], "eventId" | "organizationId">;

/** `forOrganiser`: with the texts for the gates. */
export function renderTicket(
  ticket: Made,
  { eventId, organizationId }: Owner,
  forOrganiser: boolean,
): z.infer<typeof Ticket> {
  return {
    id: ticket.id,
    order_id: ticket.orderId,
    event_id: eventId,
    organization_id: organizationId,
    ticket_type_id: ticket.ticketTypeId,
    number: ticket.number,
    serial: showSerial(ticket.serial),
    status: ticket.status,
    generation: ticket.generation,
    blocked: ticket.blocked,
    block_note: forOrganiser ? ticket.blockNote : null,
    attention: forOrganiser ? ticket.attention : null,
  };
}
