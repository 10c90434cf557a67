// Builds the changes of tickets that an order's home sends to a door, of which a test changes a part.

import type { ChangedTicket, JudgeCommand, TicketChange } from "../../../src/domain/door/command.ts";
import type { TicketTypeId } from "../../../src/domain/ids.ts";
import { idOf } from "../builders.ts";

export const GENERAL: TicketTypeId = idOf("tt", "general");
export const ACTOR = idOf("usr", "organiser");

/** The ticket of this number in its order, which is its serial too. */
export const ticket = (number: number, ticketTypeId = GENERAL): ChangedTicket => ({
  ...{ number, serial: number, ticketTypeId },
});

type Void = Extract<TicketChange, { action: "void" }>;

/** All of these become void, unless `take` says how many of them. */
export function voided(
  numbers: readonly number[],
  { take = numbers.length, ...parts }: Partial<Pick<Void, "force" | "note">> & { readonly take?: number } = {},
): Void {
  return { ...voidedOf([numbers, take]), ...parts };
}

/** A change that makes `take` tickets of each group void. */
export function voidedOf(...groups: readonly (readonly [numbers: readonly number[], take: number])[]): Void {
  const named = groups.map(([numbers, take]) => ({ from: numbers.map((number) => ticket(number)), take }));
  return { action: "void", groups: named, force: false, note: null };
}

export const changeIdOf = (name: string | number): string => idOf("scn", `change ${name}`).slice("scn_".length);

/** `as` names the change: the same in each repeat. */
export function judgeCommand(change: TicketChange, as: string | number = "change"): JudgeCommand {
  return { kind: "judge", changeId: changeIdOf(as), change, actor: ACTOR, requestId: "request" };
}
