// Names the status of an event in a word.

import type { EventStatus } from "../../../../domain/events/event.ts";
import { texts } from "../../language.ts";

const LOOKS: Readonly<Record<EventStatus, string>> = {
  draft: "tag tag-warn",
  published: "tag tag-good",
  live: "tag tag-good",
  ended: "tag",
  archived: "tag",
};

export function StatusTag({ status }: { readonly status: EventStatus }) {
  return <span class={LOOKS[status]}>{texts().event.statusOf[status]}</span>;
}
