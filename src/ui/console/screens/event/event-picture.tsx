// Shows the picture of an event, which is on its page and wherever its link is shared.

import type { Operations, Problem } from "../../../../client/client.ts";
import { callApi, etagOf } from "../../data/api.ts";
import { readAgain } from "../../data/queries.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import { Picture } from "../../parts/picture.tsx";

type Event = Operations["GET /v1/events/{id}"]["answer"];

export function EventPicture({ event }: { readonly event: Event }) {
  const t = texts().house.picture;
  const { id } = event;
  const ifMatch = etagOf(event);
  const after = async (refused: Problem | null, text: string): Promise<Problem | null> => {
    await readAgain("GET /v1/events/{id}");
    if (refused === null) announce(text);
    return refused;
  };
  return (
    <Picture
      image={event.image}
      put={async (body, alt) => {
        const reply = await callApi("PUT /v1/events/{id}/image", {
          id,
          ifMatch,
          body,
          ...(alt !== "" && { query: { alt } }),
        });
        return after(reply.ok ? null : reply.problem, t.done);
      }}
      remove={async () => {
        const removed = await callApi("DELETE /v1/events/{id}/image", { id, ifMatch });
        return after(removed.ok ? null : removed.problem, t.removed);
      }}
    />
  );
}
