// The Durable Object of an event's door: wiring only. Decisions are in domain/door, storage in door-store.ts.

import { DurableObject } from "cloudflare:workers";
import type { CountsReply, DoorActor, ScanReply, TermsReply } from "../domain/door/command.ts";
import type { EventTerms } from "../domain/door/event-terms.ts";
import type { Refusal } from "../domain/errors.ts";
import type { EventId } from "../domain/ids.ts";
import { refuse, type Result } from "../domain/result.ts";
import type { DoorLogPage, DoorLogQuery, ScanRequest } from "./client.ts";

const AWAY = refuse({ code: "temporarily_unavailable", retryAfterSeconds: 1 } as const);

export class EventDoor extends DurableObject<Env> {
  async scan(_: EventId, __: ScanRequest): Promise<ScanReply> {
    return AWAY;
  }
  async counts(_: EventId, __: DoorActor): Promise<CountsReply> {
    return AWAY;
  }
  async log(_: EventId, __: DoorLogQuery): Promise<Result<DoorLogPage, Refusal>> {
    return AWAY;
  }
  async terms(_: EventId, __: EventTerms | null, ___: string): Promise<TermsReply> {
    return AWAY;
  }
}
