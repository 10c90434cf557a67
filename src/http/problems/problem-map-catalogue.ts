// Has the entries of the map (problem-map.ts) for refusals of the catalogue and of people.

import type { Code } from "../../domain/errors.ts";
import type { Entry } from "./problem-entry.ts";

export const CATALOGUE_PROBLEMS = {
  invalid_transition: {
    status: 409,
    title: "The event's status does not allow this transition",
    detail: ({ status }) => `The event is ${status}.`,
    // Named `event_status`, since `status` is the problem's own member, the HTTP status.
    facts: ({ status, allowed }) => ({ event_status: status, allowed }),
    advice: "Use one of the transitions in `allowed`.",
  },
  not_publishable: {
    status: 409,
    title: "The event cannot be published yet",
    detail: ({ missing }) => `Missing: ${missing.join(", ")}.`,
    facts: ({ missing }) => ({ missing }),
    advice: "Supply what `missing` lists.",
  },
  venue_archived: {
    status: 409,
    title: "The venue is archived",
    detail: "An archived venue takes no new events.",
    advice: "Choose another venue.",
  },
  capacity_exceeded: {
    status: 409,
    title: "More than the capacity",
    detail: ({ requested, used, capacity }) => `${requested} were requested, ${used} of ${capacity} are used.`,
    facts: ({ requested, used, capacity, path }) => ({
      ...{ requested, used, capacity },
      ...(path !== undefined && { errors: [{ path, message: "Above the venue's capacity" }] }),
    }),
    advice:
      "Request at most `capacity` minus `used`, or raise the capacity first. A capacity cannot be lowered below `used`.",
  },
  capacity_below_committed: {
    status: 409,
    title: "Less than what is sold, held and withdrawn",
    detail: ({ requested, committed }) => `${requested} were requested, but ${committed} are sold, held or withdrawn.`,
    facts: ({ requested, committed, sold, held, withdrawn }) => ({ requested, committed, sold, held, withdrawn }),
    advice: "Choose a total of at least `committed`.",
  },
  slug_taken: {
    status: 409,
    title: "The slug is taken",
    detail: "Another resource of the organisation has this slug.",
    advice: "Choose another slug.",
  },
  gate_code_taken: {
    status: 409,
    title: "The gate code is taken",
    detail: "Another gate of the venue has this code.",
    advice: "Choose another gate code.",
  },
  in_use: {
    status: 409,
    title: "Still in use",
    detail: "Something else still refers to this.",
    facts: ({ eventIds }) => (eventIds === undefined ? {} : { event_ids: eventIds }),
    advice:
      "Remove what refers to it first. If `event_ids` names events: to archive a venue, end its events; to delete a gate, remove it from the `admission` of their ticket types.",
  },
  crew_code_refused: {
    status: 409,
    title: "The crew code pairs no device",
    detail: ({ reason }) => `The code, or the device that it paired, is ${reason.replace("_", " ")}.`,
    facts: ({ reason }) => ({ reason }),
    advice: "Ask a supervisor for a new code, and pair by a new `pairing_id`.",
  },
  last_owner: {
    status: 409,
    title: "The last owner",
    detail: "An active organisation keeps at least one active owner.",
    advice: "Make somebody else an owner first.",
  },
  already_member: {
    status: 409,
    title: "A member already",
    detail: "Somebody with this e-mail address is a member of the organisation.",
    advice: "Change the member's role instead.",
  },
  already_invited: {
    status: 409,
    title: "Invited already",
    detail: "An invitation to this e-mail address is open.",
    advice: "Wait until it is accepted, or withdraw it and invite again.",
  },
} satisfies { readonly [C in Code]?: Entry<C> };
