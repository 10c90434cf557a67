// The calls of other releases against this one's objects (rule X8). test/releases/ holds them as plain JSON, made by
// the release that they are named for; this one's own are there for the next.

import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { TicketTypeId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import type { Terms } from "../../../src/domain/terms.ts";
import thisRelease from "../../releases/orders-at-home.json";
import lastRelease from "../../releases/orders-in-d1.json";
import { inventories } from "../support/fixture.ts";
import { inside, silenceFeed, usePorts } from "../support/object.ts";

type Call = { readonly method: string; readonly args: readonly unknown[]; readonly reply: object };
type Stub = Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>;

/** Calls an object as a Worker of any release does: by name. The one cast: that release's methods have other types. */
function call({ method, args }: Pick<Call, "method" | "args">, target: TicketTypeId): Promise<unknown> {
  const stub = env.INVENTORY.getByName(target) as unknown as Stub;
  return must(stub[method], method)(...args);
}

/** The object has the terms of the time at which the calls were made, with D1 knowing its ticket type. */
async function openAt(now: number, terms: Terms): Promise<void> {
  await inside(terms.ticketTypeId, (object) => {
    object.clock = () => now;
  });
  await silenceFeed(terms.ticketTypeId);
  await usePorts(terms.ticketTypeId, { readTerms: () => Promise.resolve(terms), project: () => Promise.resolve() });
}

/** Plays all calls in their order; a call that names no object goes to that of the call before. */
async function play({ now, calls }: { readonly now: number; readonly calls: readonly Call[] }): Promise<void> {
  let target = "" as TicketTypeId;
  for (const each of calls) {
    const [first] = each.args;
    if (typeof first === "string") target = first as TicketTypeId;
    if (each.method === "terms") await openAt(now, each.args[1] as Terms);
    expect(await call(each, target), `${each.method} ${JSON.stringify(each.args)}`).toMatchObject(each.reply);
  }
}

/**
 * The one thing that this release sends differently from the last: a hold that is given back has no notes any more
 * (rule H2). That release's type of them has null, and its Worker hands them on without reading them.
 */
function erasing(each: Call): Call {
  if (each.method !== "release") return each;
  const { value } = each.reply as { readonly value: object };
  expect(value).toMatchObject({ status: "cancelled", notes: "at the aisle" });
  return { ...each, reply: { ...each.reply, value: { ...value, notes: null } } };
}

describe("the calls of a release", () => {
  it("[X8] that kept orders in D1 still work for holds, reads, terms and counts, and fail for orders", async () => {
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    await play({ ...lastRelease, calls: lastRelease.calls.map(erasing) });
    const malformed = lines.mock.calls.map(([line]) => JSON.parse(String(line)) as { event: string; error: string });
    expect(malformed.map(({ event, error }) => [event, error])).toEqual(
      ["claim", "unclaim", "settle", "settle"].map((kind) => [
        "command_failed",
        `Error: malformed command: ${kind}.orderId`,
      ]),
    );
  });

  it("[X8] are refused alone beside the commands of others in one batch", async () => {
    const hold = lastRelease.calls.find(({ method }) => method === "hold");
    const claim = lastRelease.calls.find(({ method }) => method === "claim");
    const terms = lastRelease.calls[0]?.args[1] as Terms;
    if (!hold || !claim) throw new Error("the release holds and claims");
    vi.spyOn(console, "error").mockImplementation(() => {});
    const target = terms.ticketTypeId;
    await openAt(lastRelease.now, terms);
    await call({ method: "terms", args: [target, terms, "req"] }, target);
    const replies = await Promise.all([hold, claim, hold, claim].map((each) => call(each, target)));
    expect(replies).toMatchObject([{ ok: true }, claim.reply, { ok: true }, claim.reply]);
  });

  it("[X8] this one's own get the replies that were frozen with them", async () => {
    await play(thisRelease);
  });

  it("[X8] this one's own are all frozen: one of each method that a Worker may call", () => {
    const target = thisRelease.calls[0]?.args[0] as TicketTypeId;
    const frozen = new Set(thisRelease.calls.map(({ method }) => method));
    const missing = Object.keys(inventories(target)).filter((method) => !frozen.has(method));
    expect(missing, "add a call of it, and its answer, to test/releases/orders-at-home.json").toEqual([]);
  });
});
