// Keeps one event's shopper, without a page: the holds, the calls without a response, the order. Keys are saved before
// calls are sent (rule S5), and changes by other tabs are found (S7).

import type { Caller as Client } from "../../client/client.ts";
import type { Hold, PublicEvent } from "../../client/wire.ts";
import { endOf } from "../shared/time/countdown.ts";
import type { RefusalFacts } from "../shared/refusal-text.ts";
import { afterDone, type Done, without } from "./calls.ts";
import type { Call, SavedState, SavedOrder, Store } from "./saved-state.ts";
import { type RefusedCall, sendCall } from "./send-call.ts";

/**
 * `endsAt`: when the hold ends by this device's steady clock, ms, computed from the seconds that the server returned
 * (rule S6).
 */
export type TimedHold = { readonly hold: Hold; readonly endsAt: number };
export type ShopState = {
  readonly event: PublicEvent | null;
  readonly failed: "gone" | "unreachable" | null;
  readonly holds: readonly TimedHold[];
  readonly order: SavedOrder | null;
  /** A call is on its way. */
  readonly isBusy: boolean;
  /** Why it is not known yet whether a call was carried out; with `facts` null there was no response at all. */
  readonly waiting: { readonly facts: RefusalFacts | null } | null;
};
/** The outcome of the last press. */
export type Outcome = { readonly done: readonly Call["kind"][]; readonly refused: readonly RefusedCall[] };

/**
 * `now`: a steady clock, ms. `pause` resolves after so many ms, or earlier when the connection returns or a button is
 * pressed.
 */
export type Around = {
  readonly eventId: string;
  readonly store: Store;
  readonly clientOf: (token: string | null) => Client;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly changed: (state: ShopState) => void;
};

/** How often the same call is sent before a person has to press again. */
const TRIES = 12;
const LONGEST_PAUSE_MS = 20_000;
const MAX_CHANGES = 50;

export class Shop {
  state: ShopState = { event: null, failed: null, holds: [], order: null, isBusy: false, waiting: null };
  private isClosed = false;
  private running: Promise<Outcome> | null = null;
  /** How often the holds were read, the latest read of them, and how many reads in a row lacked a response. */
  private reads = 0;
  private latest: Promise<void> = Promise.resolve();
  private misses = 0;
  /** The last known state of each hold. */
  private readonly lastRead = new Map<string, TimedHold>();

  private readonly around: Around;

  constructor(around: Around) {
    this.around = around;
  }

  /** Loads the event and the holds, and sends what was pending before a reload. */
  async open(): Promise<Outcome> {
    for (let failures = 0; !this.isClosed && !(await this.readEvent()); failures++) await this.rest(failures);
    if (this.around.store.read().pending.length > 0) return this.settle();
    await this.refresh();
    return NOTHING_DONE;
  }

  close(): void {
    this.isClosed = true;
  }

  /**
   * Saves the calls, sends them, and returns the outcome. While earlier calls have no response, only those are sent
   * again.
   */
  async send(calls: readonly Call[]): Promise<Outcome> {
    this.around.store.change((kept) => (kept.pending.length > 0 ? kept : { ...kept, pending: calls }));
    return this.settle();
  }

  /** Drops the order, which the shopper has seen, so that another can begin. */
  forgetOrder(): void {
    this.around.store.change((kept) => ({ ...kept, order: null }));
    this.become({ order: null });
  }

  /**
   * Reads the present state of each hold, including changes by other tabs. When several reads overlap, the last to
   * begin counts.
   */
  refresh(): Promise<void> {
    this.latest = this.readHolds(++this.reads);
    return this.latest;
  }

  private async readHolds(turn: number): Promise<void> {
    const { store } = this.around;
    const saved = store.read();
    const read = await Promise.all(saved.holdIds.map((id) => this.readHold(saved.token, id)));
    if (this.isClosed) return;
    if (turn !== this.reads) return this.latest;
    const readById = new Map(saved.holdIds.map((id, index) => [id, read[index] ?? null]));
    const isKept = ({ hold }: TimedHold) => hold.status === "active" || hold.status === "expired";
    const next = store.change((now) => {
      const ids = now.holdIds.flatMap((id) => {
        const timed = readById.get(id);
        // A hold that could not be read stays; one that is over or never existed is left out.
        if (timed === undefined || timed === null) return id;
        return timed !== "gone" && isKept(timed) ? timed.hold.id : [];
      });
      return { ...now, holdIds: [...new Set(ids)] };
    });
    const latest = [...readById].flatMap(([id, each]) =>
      each === "gone" ? [] : (each ?? this.lastRead.get(id) ?? []),
    );
    const holds = [...new Map(latest.filter(isKept).map((each) => [each.hold.id, each])).values()];
    const orderId = latest.find(({ hold }) => hold.order_id !== null)?.hold.order_id;
    const order = next.order ?? (orderId ? await this.readOrder(saved.token, orderId) : null);
    this.misses = read.includes(null) ? this.misses + 1 : 0;
    const unsure = this.misses > 0 ? { facts: null } : null;
    this.become({ holds, order, waiting: next.pending.length > 0 ? this.state.waiting : unsure });
    if (this.misses > 0 && this.misses < TRIES) void this.rest(this.misses).then(() => this.readAgain(turn));
  }

  private readAgain(turn: number): void {
    if (turn === this.reads && !this.isClosed) void this.refresh();
  }

  private async readEvent(): Promise<boolean> {
    const { clientOf, eventId } = this.around;
    try {
      const answer = await clientOf(null).call("GET /v1/public/events/{id}", { id: eventId });
      if (answer.ok) this.become({ event: answer.body, failed: null });
      else if (answer.problem.status === 404) this.become({ failed: "gone" });
      else this.become({ failed: "unreachable" });
      return answer.ok || answer.problem.status === 404;
    } catch {
      this.become({ failed: "unreachable" });
      return false;
    }
  }

  /** Null when there was no response. */
  private async readHold(token: string | null, firstId: string): Promise<TimedHold | "gone" | null> {
    let id = firstId;
    try {
      for (let n = 0; n < MAX_CHANGES; n++) {
        const answer = await this.around.clientOf(token).call("GET /v1/holds/{id}", { id });
        if (!answer.ok) return [401, 404].includes(answer.problem.status) ? "gone" : null;
        const timed = this.noteHold(answer.body);
        if (answer.body.replaced_by === null) return timed;
        id = answer.body.replaced_by;
      }
      return "gone";
    } catch {
      return null;
    }
  }

  private noteHold(hold: Hold): TimedHold {
    const timed = { hold, endsAt: endOf(hold.expires_in_seconds, this.around.now()) };
    this.lastRead.set(hold.id, timed);
    return timed;
  }

  /**
   * Reads the order of a checkout whose response was lost, in this tab or another. The link was lost with it, but the
   * mail has it.
   */
  private async readOrder(token: string | null, id: string): Promise<SavedOrder | null> {
    try {
      const answer = await this.around.clientOf(token).call("GET /v1/orders/{id}", { id });
      if (!answer.ok) return null;
      const order = { id, reference: answer.body.reference, link: null };
      return this.around.store.change((kept) => ({ ...kept, order: kept.order ?? order })).order;
    } catch {
      return null;
    }
  }

  /** Remains busy until the outcome is read too, since the form of before the press is shown until then. */
  private settle(): Promise<Outcome> {
    this.running ??= this.sendAndRead();
    return this.running;
  }

  private async sendAndRead(): Promise<Outcome> {
    try {
      return await this.sendAll();
    } finally {
      this.running = null;
      await this.refresh();
      this.become({ isBusy: false });
    }
  }

  /** Sends the pending calls one after the other until none is left. */
  private async sendAll(): Promise<Outcome> {
    const outcome: { done: Call["kind"][]; refused: RefusedCall[] } = { done: [], refused: [] };
    this.become({ isBusy: true });
    for (let tries = 0; tries < TRIES && !this.isClosed; ) {
      const call = this.around.store.read().pending[0];
      if (!call) break;
      const token = await this.tokenFor();
      const client = this.around.clientOf(token);
      const sent = token ? await sendCall(client, this.around.eventId, call) : NO_ANSWER;
      if (this.isClosed) break;
      if (sent.kind === "again") {
        tries += 1;
        this.become({ waiting: { facts: sent.facts } });
        await this.rest(tries, sent.afterSeconds);
        continue;
      }
      this.become({ waiting: null });
      // Keeps a token that another tab made meanwhile, with which it may hold something.
      if (sent.kind === "nobody") this.around.store.change((kept) => (kept.token === token ? asNobody(kept) : kept));
      else if (sent.kind === "done") this.take(call, sent.done);
      else this.around.store.change((kept) => without(kept, call));
      if (sent.kind === "done") outcome.done.push(call.kind);
      if (sent.kind !== "nobody") outcome.refused.push(...sent.refused);
      tries = sent.kind === "nobody" ? tries + 1 : 0;
    }
    return outcome;
  }

  private take(call: Call, done: Done): void {
    const expired = this.state.holds.map(({ hold }) => hold).filter(({ status }) => status === "expired");
    const saved = this.around.store.change((now) => without(afterDone(now, call, done, expired), call));
    for (const hold of done.holds) this.noteHold(hold);
    if (saved.order !== this.state.order) this.become({ order: saved.order });
  }

  /** The shopper's token, made when something is to be held for the first time. */
  private async tokenFor(): Promise<string | null> {
    const { store, clientOf } = this.around;
    const { token } = store.read();
    if (token) return token;
    try {
      const answer = await clientOf(null).call("POST /v1/shoppers", {});
      // If another tab was quicker, its token is used.
      return answer.ok ? store.change((kept) => ({ ...kept, token: kept.token ?? answer.body.token })).token : null;
    } catch {
      return null;
    }
  }

  private rest(failures: number, afterSeconds: number | null = null): Promise<void> {
    const own = Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures);
    return this.around.pause(afterSeconds === null ? own : Math.max(own, afterSeconds * 1_000));
  }

  private become(change: Partial<ShopState>): void {
    this.state = { ...this.state, ...change };
    if (!this.isClosed) this.around.changed(this.state);
  }
}

const NOTHING_DONE: Outcome = { done: [], refused: [] };
const NO_ANSWER = { kind: "again", afterSeconds: null, facts: null } as const;

/**
 * The state without a token that is no longer valid: its holds are lost, and pending calls make no sense without them,
 * except those that place holds.
 */
function asNobody(saved: SavedState): SavedState {
  return { ...saved, token: null, holdIds: [], pending: saved.pending.filter(({ kind }) => kind === "hold") };
}
