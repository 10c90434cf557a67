// The life of an event: every pair of status and transition.

import { describe, expect, test } from "vitest";
import {
  EVENT_STATUSES,
  type EventStatus,
  isPublic,
  transit,
  type Transition,
} from "../../../src/domain/events/event.ts";

const LEADS_TO: Readonly<Record<Transition, EventStatus>> = {
  publish: "published",
  start: "live",
  end: "ended",
  archive: "archived",
};
const FROM: Readonly<Record<Transition, EventStatus>> = {
  publish: "draft",
  start: "published",
  end: "live",
  archive: "ended",
};
const ALLOWED: Readonly<Record<EventStatus, readonly EventStatus[]>> = {
  draft: ["published"],
  published: ["live"],
  live: ["ended"],
  ended: ["archived"],
  archived: [],
};
const ACTS: Transition[] = ["publish", "start", "end", "archive"];
const PAIRS = EVENT_STATUSES.flatMap((status) =>
  ACTS.map((transition): [Transition, EventStatus] => [transition, status]),
);

describe("[E2] an event", () => {
  test.each(PAIRS.filter(([transition, status]) => FROM[transition] === status))(
    "may %s when it is %s",
    (transition, status) => {
      expect(transit(status, transition)).toEqual({ ok: true, value: LEADS_TO[transition] });
    },
  );

  test.each(PAIRS.filter(([transition, status]) => FROM[transition] !== status))(
    "may not %s when it is %s, and reads what is allowed",
    (transition, status) => {
      expect(transit(status, transition)).toEqual({
        ok: false,
        refusal: { code: "invalid_transition", status, allowed: ALLOWED[status] },
      });
    },
  );

  test("has just these five statuses", () => {
    expect(EVENT_STATUSES).toEqual(["draft", "published", "live", "ended", "archived"]);
  });
});

test("[P3] an event is public while it is published or live", () => {
  expect(EVENT_STATUSES.filter(isPublic)).toEqual(["published", "live"]);
});
