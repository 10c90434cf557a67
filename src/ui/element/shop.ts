// Keeps one event's shopper, without a page: what is held, what was sent and not answered, what was ordered. Keys are kept
// before calls are sent (rule S5), and what another tab has done is found (S7).

import type { Caller as Client } from "../../client/client.ts";
import type { Hold, PublicEvent } from "../../client/wire.ts";
import { endOf } from "../shared/time/countdown.ts";
import type { RefusalFacts } from "../shared/refusal-text.ts";
import { afterDone, type Done, without } from "./calls.ts";
import type { Call, SavedState, SavedOrder, Store } from "./saved-state.ts";
import { type RefusedCall, sendCall } from "./send-call.ts";

/** `endsAt`: when it ends by this device's steady clock, ms, from the seconds that the server said (rule S6). */
export type TimedHold = { readonly hold: Hold; readonly endsAt: number };
export type ShopState = {
  readonly event: PublicEvent | null;
  readonly failed: "gone" | "unreachable" | null;
  readonly holds: readonly TimedHold[];
  readonly order: SavedOrder | null;
  /** A call is on its way. */
  readonly isBusy: boolean;
  /** Why nobody knows yet whether a call was done; `null` as the reason: there was no answer. */
  readonly waiting: { readonly facts: RefusalFacts | null } | null;
};
/** What the last press came to. */
export type Outcome = { readonly done: readonly Call["kind"][]; readonly refused: readonly RefusedCall[] };

/** `now`: a steady clock, ms. `pause` resolves after so many ms, or when it is hurried. */
export type Around = {
  readonly eventId: string;
  readonly store: Store;
  readonly clientOf: (token: string | null) => Client;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly changed: (state: ShopState) => void;
};

/** So often the same call is sent before a person has to press again. */
const TRIES = 12;
const LONGEST_PAUSE_MS = 20_000;
const MAX_CHANGES = 50;

export class Shop {
  state: ShopState = { event: null, failed: null, holds: [], order: null, isBusy: false, waiting: null };
  private isClosed = false;
  private running: Promise<Outcome> | null = null;
  /** Of the holds: how often they were read, the last time that they were, and how often in a row one was not answered. */
  private reads = 0;
  private latest: Promise<void> = Promise.resolve();
  private misses = 0;
  /** What was said of each hold last. */
  private readonly lastRead = new Map<string, TimedHold>();

  private readonly around: Around;

  constructor(around: Around) {
    this.around = around;
  }

  /** The event, what is held, and what was asked before a reload. */
  async open(): Promise<Outcome> {
    for (let failures = 0; !this.isClosed && !(await this.readEvent()); failures++) await this.rest(failures);
    if (this.around.store.read().pending.length > 0) return this.settle();
    await this.refresh();
    return NOTHING_DONE;
  }

  close(): void {
    this.isClosed = true;
  }

  /** Keeps the calls, sends them, and says what came of it. While others are not answered, only those are sent again. */
  async send(calls: readonly Call[]): Promise<Outcome> {
    this.around.store.change((kept) => (kept.pending.length > 0 ? kept : { ...kept, pending: calls }));
    return this.settle();
  }

  /** The order has been looked at: the next one begins. */
  forgetOrder(): void {
    this.around.store.change((kept) => ({ ...kept, order: null }));
    this.become({ order: null });
  }

  /** What each hold is now, also by what another tab has made of it. Of several at a time the last to begin says it. */
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
        // What could not be read stays; what is over, or was never there, is left out.
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

  /** Null where there was no answer. */
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

  /** Of a checkout whose answer was lost, in this tab or another: its link went with it, and is in the mail. */
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

  /** Busy until what came of it is read, too: whoever presses again before sees a form of before the press. */
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

  /** Sends what is pending, one after the other, until there is nothing left of it. */
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
      // Another tab may have made a new shopper meanwhile, and hold something.
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
      // Another tab may have been quicker: then it is the shopper.
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

/** Of a token that is worth nothing any more nothing is held; what is asked of holds alone makes no sense either. */
function asNobody(saved: SavedState): SavedState {
  return { ...saved, token: null, holdIds: [], pending: saved.pending.filter(({ kind }) => kind === "hold") };
}
