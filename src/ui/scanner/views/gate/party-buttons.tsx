// Lets in the party of the guest who was admitted last (rule D13): one press lets in as many as pass. It reads the party only
// when it is asked for, since most guests show their own codes.

import { useEffect, useState } from "preact/hooks";
import { type PartyTicket, readParty } from "../../door/copy/party.ts";
import type { ScreenProps } from "../parts.tsx";

/** The most choices that fit under a thumb. */
const MAX_CHOICES = 8;

export function PartyButtons({ stage }: ScreenProps) {
  const t = stage.t.together;
  const session = stage.session.value;
  const scan = session?.state.lastIn.value ?? null;
  const [tickets, setTickets] = useState<readonly PartyTicket[] | null>(null);
  const [message, setMessage] = useState("");
  useEffect(() => {
    setTickets(null);
    setMessage("");
  }, [scan?.scan_id]);
  if (session === null || scan === null || scan.serial === null) return null;
  const { serial } = scan;
  async function showParty(): Promise<void> {
    const read = session && (await readParty(session.calls.call, session.phone.eventId, serial));
    // Another code may have been read meanwhile.
    if (session?.state.lastIn.value !== scan) return;
    setTickets(read);
    setMessage(read === null ? t.noAnswer : read.length === 0 ? t.none : "");
  }
  if (tickets === null || tickets.length === 0)
    return (
      <div class="together">
        <button type="button" class="button-quiet" onClick={() => void showParty()}>
          {t.ask}
        </button>
        <p role="status">{message}</p>
      </div>
    );
  return (
    <div class="together">
      <p class="strong" role="status">
        {t.howMany(tickets.length)}
      </p>
      {tickets.slice(0, MAX_CHOICES).map(({ ticket_id: id }, index) => (
        <button
          key={id}
          type="button"
          aria-label={t.letIn(index + 1)}
          onClick={() => void stage.readings.value?.letInTogether(tickets.slice(0, index + 1))}
        >
          {index + 1}
        </button>
      ))}
    </div>
  );
}
