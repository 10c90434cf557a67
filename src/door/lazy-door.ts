// The Durable Object of an event's door as the platform starts it. Its code (event-door.ts) is loaded when the first door
// of an isolate is opened, so that a storefront's first response does not wait for it. Every call is passed on to the door
// inside.

import { DurableObject } from "cloudflare:workers";
import { accept, type Result } from "../domain/result.ts";
import type { NoticeShown } from "../feed/client.ts";
import type { DoorReads } from "./door-reads.ts";
import type { EventDoor as Door } from "./event-door.ts";

/** What the platform or a caller may call: all methods of the door. Its fields are left out; tests reach them by `door`. */
type Calls = DoorReads &
  Omit<Door, "clock" | "ports" | "ledger" | "feeds" | "retention" | "scanners" | "reads" | "wake" | "alarm">;

export class EventDoor extends DurableObject<Env> implements Calls {
  /** A field, which no caller from outside can reach. No call arrives before it is set. */
  readonly door: Promise<Door> = this.ctx.blockConcurrencyWhile(async () => {
    const { EventDoor: Loaded } = await import("./event-door.ts");
    const door = new Loaded(this.ctx, this.env);
    await door.wake();
    return door;
  });

  async scan(...args: Parameters<Door["scan"]>): ReturnType<Door["scan"]> {
    return (await this.door).scan(...args);
  }
  async upload(...args: Parameters<Door["upload"]>): ReturnType<Door["upload"]> {
    return (await this.door).upload(...args);
  }
  async conflicts(...args: Parameters<DoorReads["conflicts"]>): ReturnType<DoorReads["conflicts"]> {
    return (await this.door).reads.conflicts(...args);
  }
  async seeConflict(...args: Parameters<DoorReads["seeConflict"]>): ReturnType<DoorReads["seeConflict"]> {
    return (await this.door).reads.seeConflict(...args);
  }
  async undo(...args: Parameters<Door["undo"]>): ReturnType<Door["undo"]> {
    return (await this.door).undo(...args);
  }
  async click(...args: Parameters<Door["click"]>): ReturnType<Door["click"]> {
    return (await this.door).click(...args);
  }
  async correct(...args: Parameters<Door["correct"]>): ReturnType<Door["correct"]> {
    return (await this.door).correct(...args);
  }
  async counts(...args: Parameters<Door["counts"]>): ReturnType<Door["counts"]> {
    return (await this.door).counts(...args);
  }
  async judge(...args: Parameters<Door["judge"]>): ReturnType<Door["judge"]> {
    return (await this.door).judge(...args);
  }
  async log(...args: Parameters<DoorReads["log"]>): ReturnType<DoorReads["log"]> {
    return (await this.door).reads.log(...args);
  }
  async bundle(...args: Parameters<DoorReads["bundle"]>): ReturnType<DoorReads["bundle"]> {
    return (await this.door).reads.bundle(...args);
  }
  async party(...args: Parameters<DoorReads["party"]>): ReturnType<DoorReads["party"]> {
    return (await this.door).reads.party(...args);
  }
  async lease(...args: Parameters<Door["lease"]>): ReturnType<Door["lease"]> {
    return (await this.door).lease(...args);
  }
  async writeOff(...args: Parameters<Door["writeOff"]>): ReturnType<Door["writeOff"]> {
    return (await this.door).writeOff(...args);
  }
  async leases(...args: Parameters<DoorReads["leases"]>): ReturnType<DoorReads["leases"]> {
    return (await this.door).reads.leases(...args);
  }
  async shown(): ReturnType<Door["shown"]> {
    return (await this.door).shown();
  }
  async terms(...args: Parameters<Door["terms"]>): ReturnType<Door["terms"]> {
    return (await this.door).terms(...args);
  }
  async notice(notice: NoticeShown): Promise<Result<null, never>> {
    (await this.door).scanners.notice(notice);
    return accept(null);
  }
  async watchForRevocation(): Promise<Result<null, never>> {
    (await this.door).scanners.watchForRevocation();
    return accept(null);
  }
  async recheck(): ReturnType<Door["recheck"]> {
    return (await this.door).recheck();
  }
  override async fetch(request: Request): Promise<Response> {
    return (await this.door).scanners.join(request);
  }
  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    await (await this.door).scanners.message(socket, message);
  }
  override async webSocketClose(socket: WebSocket, code: number, reason: string): Promise<void> {
    (await this.door).scanners.closed(socket, code, reason);
  }
  override async alarm(): Promise<void> {
    await (await this.door).alarm();
  }
}
