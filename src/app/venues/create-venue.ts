// Creates a venue (rules V1, T4).

import { insertVenue, readVenue, readVenueObstacles, type Venue } from "../../db/venues/venues.ts";
import type { Refusal } from "../../domain/errors.ts";
import { parseId } from "../../domain/ids.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { assert, must, type Result } from "../../domain/result.ts";
import { chooseSlug } from "../choose-slug.ts";
import { type Context, newId } from "../context.ts";
import { type Created, createOnce } from "../create-once.ts";

/** The fields of a new venue, after defaults; without a slug, one is made from the name. */
export type NewVenue = Pick<
  Venue,
  "name" | "address" | "city" | "country" | "postal_code" | "timezone" | "capacity"
> & {
  readonly slug?: string | undefined;
  readonly settings: object;
};

export function createVenue(
  context: Context<Organiser>,
  input: NewVenue,
  idempotencyKey: string | null,
): Promise<Result<Created<Venue>, Refusal>> {
  const { actor, db, now } = context;
  assert(can(actor, "venue.write"), "the route has checked the permission");
  return createOnce(context, idempotencyKey, {
    kind: "venue",
    route: "POST /v1/venues",
    input,
    compose: (attempt): Venue => ({
      ...input,
      id: newId("ven"),
      organization_id: actor.organizationId,
      slug: chooseSlug(input.slug, input.name, "venue", attempt),
      settings: JSON.stringify(input.settings),
      status: "active",
      created_at: now,
      updated_at: now,
      version: 1,
    }),
    insert: (venue, provenance) => insertVenue(db, venue, provenance),
    obstacles: async (venue) => {
      const { suspended, slugTaken } = await readVenueObstacles(db, venue);
      return {
        found: true,
        suspended,
        conflict: slugTaken && input.slug !== undefined ? { code: "slug_taken" } : null,
      };
    },
    read: (id) => readVenue(db, actor, must(parseId("ven", id), "we wrote the id")),
  });
}
