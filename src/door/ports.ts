// Reaches what lies outside a door: D1, the desk, and the homes of orders. On the path of a scan are only the first terms
// and the type of a typed code (rules D2, N3).

import { openDb } from "../db/client.ts";
import { type ProjectedDoor, projectDoor } from "../db/door/door-counts.ts";
import { readEventTerms } from "../db/door/door-terms.ts";
import { readCredentialState, type CredentialState } from "../db/credentials/credential-watch.ts";
import { openDesks } from "../desk/client.ts";
import type { EventTerms } from "../domain/door/event-terms.ts";
import type { Refusal } from "../domain/errors.ts";
import type { EventId, OrganizationId, TicketTypeId } from "../domain/ids.ts";
import type { Result } from "../domain/result.ts";
import { openInventories } from "../inventory/client.ts";
import { type Follower, type NoticeShown, renderNoticeShown } from "../feed/client.ts";
import { typeOfTyped } from "./codes/typed-type.ts";

export type DoorPorts = {
  /** Null when there is no such event. Rejects when D1 is away. */
  readTerms(id: EventId): Promise<EventTerms | null>;
  /** Reads the state of those credentials that are still valid. Rejects when D1 is away. */
  readCredentialState(followers: readonly Follower[], now: number): Promise<ReadonlyMap<string, CredentialState>>;
  /** The supervisor's notice to all gates; null when there is none, undefined when the desk is away. */
  readNotice(id: EventId): Promise<NoticeShown | null | undefined>;
  /** Rejects when D1 is away. */
  projectCounts(door: ProjectedDoor): Promise<void>;
  /** See `typeOfTyped`. */
  typeOf(organizationId: OrganizationId, id: EventId, code: string): Promise<Result<TicketTypeId | null, Refusal>>;
};

export function openDoorPorts(env: Pick<Env, "DB" | "INVENTORY" | "DOOR_DESK">): DoorPorts {
  const db = openDb(env.DB);
  const inventories = openInventories(env.INVENTORY);
  const desks = openDesks(env.DOOR_DESK);
  return {
    readTerms: (id) => readEventTerms(db, id, Date.now()),
    readCredentialState: (followers, now) => readCredentialState(db, followers, now),
    async readNotice(id) {
      const desk = await desks(id).read();
      if (!desk.ok) return undefined;
      return desk.value.notice && renderNoticeShown(desk.value.notice);
    },
    projectCounts: (door) => projectDoor(db, door),
    typeOf: (organizationId, id, code) => typeOfTyped({ db, inventories }, organizationId, id, code),
  };
}
