// Converts an actor who opens a socket to the `Follower` that the feed keeps with that socket.

import { can } from "../domain/people/policy.ts";
import type { Follower } from "../feed/client.ts";
import type { OrganizationActor } from "./middleware/access.ts";

export function followerOf(actor: OrganizationActor): Follower {
  const { organizationId } = actor;
  const scansAlone = !can(actor, "catalogue.read");
  switch (actor.kind) {
    case "device":
      return {
        ...{ kind: "device", id: actor.id, organizationId, venueId: actor.venueId },
        ...{ gateId: actor.gateId, eventId: actor.eventId },
      };
    case "api_key":
      return { kind: "api_key", id: actor.id, organizationId, scansAlone };
    case "user":
      return { kind: "user", id: actor.id, organizationId, scansAlone, sessionId: actor.sessionId };
  }
}
