// Offers the next status of an event (rule E2), and says what it does before it is done (rule C7).

import type { Operations } from "../../../../client/client.ts";
import type { EventStatus, Transition } from "../../../../domain/events/event.ts";
import { callApi, etagOf } from "../../data/api.ts";
import { readAgain } from "../../data/queries.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import { may } from "../../data/session.ts";
import { ButtonWithQuestion, type Question } from "../../parts/forms/confirm.tsx";

type Event = Operations["GET /v1/events/{id}"]["answer"];

const NEXT: Readonly<Record<EventStatus, Transition | null>> = {
  draft: "publish",
  published: "start",
  live: "end",
  ended: "archive",
  archived: null,
};

export function Actions({ event }: { readonly event: Event }) {
  const t = texts().event;
  const next = NEXT[event.status];
  if (next === null || !may("event.transition")) return null;
  return <ButtonWithQuestion label={t.act[next]} question={moving(event, next)} />;
}

function moving(event: Event, next: Transition): Question {
  const t = texts().event;
  const { id, name } = event;
  const routes = {
    publish: "POST /v1/events/{id}/publish",
    start: "POST /v1/events/{id}/start",
    end: "POST /v1/events/{id}/end",
    archive: "POST /v1/events/{id}/archive",
  } as const;
  return {
    title: `${t.act[next]}: ${name}`,
    does: t.does[next](name),
    button: t.act[next],
    isDanger: next === "end" || next === "archive",
    act: async () => {
      const moved = await callApi(routes[next], { id, ifMatch: etagOf(event) });
      await readAgain("GET /v1/events/{id}", "GET /v1/events");
      if (!moved.ok) return moved.problem;
      announce(t.acted[next]);
      return null;
    },
  };
}
