// Gives one caller the bindings of objects: each call travels over the network, and may be lost, late, repeated or
// without a reply.

import type { JudgeCommand, JudgeReply } from "../../../../src/domain/door/command.ts";
import type { EventTerms } from "../../../../src/domain/door/event-terms.ts";
import { type EventId, parseId } from "../../../../src/domain/ids.ts";
import type { Checks } from "../../watchers/checks.ts";
import type { DoorWatch } from "../../watchers/door/watch.ts";
import type { Dice } from "../dice.ts";
import type { Faults } from "../faults.ts";
import type { DeskHost, DoorHost, FeedHost, Host } from "./kinds.ts";
import { type Caller, connectionLost, type Network, type Outcome } from "../network.ts";
import type { Hosted, ObjectHost } from "./host.ts";
import type { Actor, Scheduler } from "../scheduler.ts";

export type Calls = {
  readonly dice: Dice;
  readonly scheduler: Scheduler;
  readonly platform: Actor;
  readonly network: Network;
  readonly checks: Checks;
  readonly doorWatch: Pick<DoorWatch, "termsSent">;
  readonly note: (what: string) => void;
  readonly faults: () => Faults;
};

/** The casts: of a namespace the product uses no more. */
export function inventoriesFor(calls: Calls, caller: Caller, host: (name: string) => Host): Env["INVENTORY"] {
  return { getByName: (name: string) => stubOf(calls, caller, name, host) } as unknown as Env["INVENTORY"];
}

export function feedsFor(calls: Calls, caller: Caller, host: (name: string) => FeedHost): Env["EVENT_FEED"] {
  return { getByName: (name: string) => stubOf(calls, caller, name, host) } as unknown as Env["EVENT_FEED"];
}

/** As the door desk's library finds its object. */
export function desksFor(calls: Calls, caller: Caller, host: (name: string) => DeskHost): Env["DOOR_DESK"] {
  const get = (name: string) => stubOf(calls, caller, name, host, calls.faults().replyLost);
  return { idFromName: (name: string) => name, get } as unknown as Env["DOOR_DESK"];
}

export function doorsFor(calls: Calls, caller: Caller, host: (name: string) => DoorHost): Env["EVENT_DOOR"] {
  return { getByName: (name: string) => stubOf(calls, caller, name, host) } as unknown as Env["EVENT_DOOR"];
}

/** These doors are no objects: a call to them travels as a call to an object does. */
export function toldDoorsFor(
  { network, faults }: Calls,
  caller: Caller,
  judge: (eventId: EventId, command: JudgeAsked) => JudgeReply,
): Env["EVENT_DOOR"] {
  const stub = {
    judge: (eventId: EventId, command: JudgeAsked) =>
      network.send<JudgeReply>(caller, {
        lostBefore: faults().callLost,
        lostAfter: faults().replyLost,
        silent: faults().objectSilent,
        slow: faults().slow,
        lost: () => connectionLost(false),
        arrive: (answer) => answer({ value: structuredClone(judge(eventId, structuredClone(command))) }),
      }),
  };
  return { getByName: () => stub } as unknown as Env["EVENT_DOOR"];
}
type JudgeAsked = Omit<JudgeCommand, "kind">;

function stubOf<O extends Hosted>(
  calls: Calls,
  caller: Caller,
  name: string,
  host: (name: string) => ObjectHost<O>,
  lostAfter = 0,
): object {
  return new Proxy(
    {},
    {
      get: (_, method: string) =>
        method === "fetch"
          ? (url: string | Request, init?: RequestInit) =>
              fetchObject(calls, caller, host(name), new Request(url, init), lostAfter)
          : (...args: unknown[]) => callObject(calls, caller, name, host(name), method, args),
    },
  );
}

function callObject<O extends Hosted>(
  { dice, scheduler, platform, network, checks, doorWatch, note, faults }: Calls,
  caller: Caller,
  name: string,
  host: ObjectHost<O>,
  method: string,
  args: readonly unknown[],
): Promise<unknown> {
  const sent = structuredClone(args);
  const deliver = (answer: (outcome: Outcome<unknown>) => void): void =>
    host.deliver(
      () => `${method} ${JSON.stringify(sent.slice(1))}`,
      async (object) => {
        const call: unknown = Reflect.get(object, method);
        if (typeof call !== "function") throw new Error(`an object has no ${method}`);
        return structuredClone(await Reflect.apply(call, object, sent));
      },
      answer,
    );
  const id = parseId("tt", name);
  if (method === "terms" && id) checks.termsSent(id, sent);
  // The cast: a door gets its terms in this position.
  if (method === "terms" && !id) doorWatch.termsSent(sent[1] as EventTerms | null);
  if (method === "terms" && dice.chance(faults().termsAgain)) {
    note("terms again");
    scheduler.after(dice.between(0, 90_000), platform, () => deliver(() => undefined));
  }
  return network.send(caller, {
    lostBefore: faults().callLost,
    lostAfter: faults().replyLost,
    silent: faults().objectSilent,
    slow: faults().slow,
    lost: () => connectionLost(dice.chance(0.5)),
    arrive: deliver,
  });
}

/** Not cloned: a Response with its socket is passed on as it is. */
function fetchObject<O extends Hosted>(
  { network, faults }: Calls,
  caller: Caller,
  host: ObjectHost<O>,
  request: Request,
  lostAfter: number,
): Promise<Response> {
  return network.send<Response>(caller, {
    lostBefore: faults().callLost,
    lostAfter,
    silent: faults().objectSilent,
    slow: faults().slow,
    lost: () => connectionLost(false),
    arrive: (answer) =>
      host.deliver(
        () => "fetch",
        (object) => object.fetch(request),
        answer,
      ),
  });
}
