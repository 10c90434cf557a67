// Reads what the page of an order shows of the catalogue: the published event, or what D1 has of one that is public no
// more, and how to pay, in the organiser's own words.

import { readMailedShow } from "../../../db/orders/order-mail.ts";
import { type Refusal, UNAVAILABLE } from "../../../domain/errors.ts";
import type { EventId, TicketTypeId } from "../../../domain/ids.ts";
import type { MailedShow } from "../../../domain/orders/order-mail.ts";
import { accept, refuse, type Result } from "../../../domain/result.ts";
import { PLAIN, type Show } from "../../../ui/shared/views/show.ts";
import { isD1Fault } from "../../../db/fault.ts";
import { dbOf } from "../../db.ts";
import { findPublished } from "../../middleware/limits/miss-limit.ts";
import { isOver } from "../../responses/public-event-text.ts";
import { eventPath } from "../events/event-page.ts";
import type { PageContext } from "../page-response.ts";
import { showOf } from "../events/prepare-show.ts";

/** `names`: those of the ticket types, by their ids. `eventPath`: null when the event has no page any more. */
export type Catalogue = {
  readonly show: Show;
  readonly names: Readonly<Record<string, string>>;
  readonly howToPay: string | null;
  readonly eventPath: string | null;
};
type Ordered = { readonly eventId: EventId; readonly items: readonly { readonly ticketTypeId: TicketTypeId }[] };

/** While D1 is away, the result is what the cache has, without the text on how to pay. */
export async function readCatalogue(c: PageContext, { eventId, items }: Ordered): Promise<Result<Catalogue, Refusal>> {
  const types = [...new Set(items.map(({ ticketTypeId }) => ticketTypeId))];
  const [found, mailed] = await Promise.all([findPublished(c, eventId), readAll(c, eventId, types)]);
  const published = found.ok ? (found.value?.shown ?? null) : null;
  if (published) {
    const show = showOf(published.event);
    const shownNames = Object.fromEntries(published.ticketTypes.map(({ id, name }) => [id, name]));
    const path = isOver(published, Date.now()) ? null : eventPath(show);
    const howToPay = mailed?.paymentInstructions ?? null;
    return accept({ show, names: { ...shownNames, ...mailed?.names }, howToPay, eventPath: path });
  }
  if (mailed) return accept({ show: pastShow(eventId, mailed), names: mailed.names, howToPay: null, eventPath: null });
  return refuse(found.ok ? UNAVAILABLE : found.refusal);
}

async function readAll(c: PageContext, eventId: EventId, types: readonly TicketTypeId[]): Promise<MailedShow | null> {
  try {
    return await readMailedShow(dbOf(c.env), eventId, types);
  } catch (fault) {
    if (!isD1Fault(fault)) throw fault;
    return null;
  }
}

function pastShow(id: EventId, mailed: MailedShow): Show {
  const { event: name, organizer, startTime, endTime, venue, address, city, timezone } = mailed;
  return {
    ...{ id, name, startTime, endTime, slug: "", description: null, look: PLAIN, doorsOpen: startTime },
    organizer: { name: organizer, slug: "" },
    venue: { name: venue, address: address ?? "", city, country: "", timezone },
  };
}
