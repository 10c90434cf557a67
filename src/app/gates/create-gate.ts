// Creates a gate of a venue (rules G1, T4).

import { insertGate, readGateObstacles } from "../../db/gates/gate-changes.ts";
import { type Gate, readGate } from "../../db/gates/gates.ts";
import type { Refusal } from "../../domain/errors.ts";
import { parseId, type VenueId } from "../../domain/ids.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { assert, must, type Result } from "../../domain/result.ts";
import { type Context, newId } from "../context.ts";
import { type Created, createOnce } from "../create-once.ts";
import { deliverDoors } from "../deliveries/deliver-doors.ts";
import { deliverFeeds } from "../deliveries/deliver-feeds.ts";

/** The fields of a new gate, after defaults. */
export type NewGate = Pick<Gate, "gate_code" | "name" | "status" | "capacity"> & { readonly settings: object };

export function createGate(
  context: Context<Organiser>,
  venueId: VenueId,
  input: NewGate,
  idempotencyKey: string | null,
): Promise<Result<Created<Gate>, Refusal>> {
  const { actor, db, now } = context;
  assert(can(actor, "gate.write"), "the route has checked the permission");
  return createOnce(context, idempotencyKey, {
    kind: "gate",
    route: `POST /v1/venues/${venueId}/gates`,
    input,
    compose: (): Gate => ({
      ...input,
      id: newId("gate"),
      venue_id: venueId,
      organization_id: actor.organizationId,
      settings: JSON.stringify(input.settings),
      created_at: now,
      updated_at: now,
      version: 1,
    }),
    insert: async (gate, provenance) => {
      const written = await insertGate(db, gate, provenance);
      if (!written) return false;
      deliverFeeds(context, null);
      deliverDoors(context, null);
      return true;
    },
    obstacles: async (gate) => {
      const { venueFound, suspended, codeTaken } = await readGateObstacles(db, gate);
      return { found: venueFound, suspended, conflict: codeTaken ? { code: "gate_code_taken" } : null };
    },
    read: (id) => readGate(db, actor, must(parseId("gate", id), "we wrote the id")),
  });
}
