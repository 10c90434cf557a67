// Cases of the ledger as a table: at what time which command is sent, and what the reply is.

import { expect } from "vitest";
import type { Command } from "../../../src/domain/ledger/command.ts";
import { START } from "../builders.ts";
import type { Driver } from "./driver.ts";

/**
 * `at`: ms after START. `alarm` lets run out what is due, and `wake` reads the memory from the rows. `expected`: the
 * status of the hold in the reply or the code of the refusal, as a text; or a part of the hold, or the whole of the
 * refusal.
 */
export type Step = readonly [at: number, command: Command | "alarm" | "wake", expected?: string | object];

export function playTimeline(driver: Driver, steps: readonly Step[]): void {
  for (const [at, command, expected] of steps) {
    if (command === "wake") driver.restart();
    else if (command === "alarm") driver.batch([], START + at);
    else expectReply(driver.send(command, START + at), expected, `${at} ms: ${JSON.stringify(command)}`);
  }
}

type Reply = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly refusal: object };

function expectReply(reply: Reply, expected: Step[2], what: string): void {
  if (expected === undefined) expect(reply, what).toMatchObject({ ok: true });
  else if (typeof expected === "string") {
    const { status, code }: { status?: unknown; code?: unknown } = reply.ok ? shownIn(reply.value) : reply.refusal;
    expect(code ?? status, what).toBe(expected);
  } else if (reply.ok) expect(shownIn(reply.value), what).toMatchObject(expected);
  else expect(reply.refusal, what).toEqual(expected);
}

/** The hold that a command places, changes or reads; else the value as it is. */
function shownIn(value: unknown): object {
  if (typeof value !== "object" || value === null) return {};
  if ("hold" in value && typeof value.hold === "object" && value.hold !== null) return value.hold;
  if ("holds" in value && Array.isArray(value.holds)) return Object(value.holds[0]) as object;
  return value;
}
