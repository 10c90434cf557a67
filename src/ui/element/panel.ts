// Runs one element: writes its shopper, its counts and its clock into its shadow root. A failure is shown there too, beside
// the host's own link, and never thrown into the host's page (rule S3).

import { openCaller } from "../../client/client.ts";
import { announcement, openClock, secondsLeft } from "../shared/time/countdown.ts";
import { canExtend } from "../shared/more-time.ts";
import { sayOwnTime } from "../shared/time/say-own-time.ts";
import type { BuyingWording } from "../shared/texts/buying-texts.ts";
import type { Details } from "../shared/views/basket.ts";
import type { Notice } from "../shared/views/show.ts";
import { h } from "../shared/views/tree.ts";
import { writeElements } from "../shared/views/write-elements.ts";
import { detailsIn, type Fields } from "./calls.ts";
import type { CountsById } from "../shared/polling.ts";
import { elementView, needsLink, shownPart } from "./element-view.ts";
import { openStore } from "./saved-store.ts";
import { followCounts } from "../shared/live-counts.ts";
import { holdsOf, type Mode, moreTimeIn, noticesOf, planOf, pressIn } from "./press.ts";
import { type TimedHold, type Outcome, Shop, type ShopState } from "./shop.ts";

/** `dispatch` sends the host's page an event, with ids alone. */
export type PanelPlace = {
  readonly origin: string;
  readonly eventId: string;
  readonly root: ShadowRoot;
  readonly mount: HTMLElement;
  readonly link: HTMLElement;
  readonly dispatch: (name: string, ids: Readonly<Record<string, unknown>>) => void;
};

const TICK_MS = 1_000;
/** Longer than any response of ours takes. Without a limit a call on a silent connection would never end. */
const ANSWER_MS = 20_000;

export class Panel {
  private readonly place: PanelPlace;
  private readonly store: ReturnType<typeof openStore>;
  private readonly shop: Shop;
  private readonly stops: (() => void)[] = [];
  private readonly clock = openClock();
  /** Null until the texts have loaded. Until then only the host's own link is shown. */
  private wording: BuyingWording | null = null;
  private counts: CountsById = new Map();
  private mode: Mode = "basket";
  private notices: readonly Notice[] = [];
  private wrong: ReturnType<typeof noticesOf>["wrong"] = [];
  private chosen: Record<string, number> = {};
  private details: Details = { name: "", email: "", phone: "" };
  private announced = "";
  /** The seconds that were left at the last tick; null while nothing is held. */
  private left: number | null = null;
  /** The end for which the holds were read again, and which holds were active when they were read last. */
  private askedAt: number | null = null;
  private active: ReadonlySet<string> = new Set();
  private ticking: ReturnType<typeof setInterval> | undefined;
  private isClosed = false;
  private hurry = () => {};

  constructor(place: PanelPlace) {
    this.place = place;
    const { origin, eventId } = place;
    this.store = openStore(eventId);
    const send = (request: Request) => fetch(request, { signal: AbortSignal.timeout(ANSWER_MS) });
    this.shop = new Shop({
      eventId,
      store: this.store,
      clientOf: (token) => openCaller({ baseUrl: origin, fetch: send, ...(token !== null && { token }) }),
      now: this.clock,
      pause: (ms) => this.pause(ms),
      changed: (state) => this.guard(() => this.changed(state)),
    });
  }

  /** Loads the event while the texts of its language load; `spoken` resolves once these are shown. */
  open(spoken: Promise<void>): void {
    const { mount } = this.place;
    this.listen(mount, "submit", (event) => {
      event.preventDefault();
      if (event instanceof SubmitEvent) this.pressed(event.submitter, fieldsIn(event.target));
    });
    this.listen(mount, "click", (event) => this.clicked(event));
    this.listen(document, "visibilitychange", () => {
      if (!document.hidden && this.shop.state.holds.length > 0) this.run(this.shop.refresh());
    });
    this.listen(globalThis, "online", () => this.hurry());
    this.stops.push(this.store.follow(() => this.run(this.shop.refresh())));
    this.run(this.begin(spoken));
  }

  close(): void {
    this.isClosed = true;
    this.shop.close();
    this.hurry();
    clearInterval(this.ticking);
    for (const stop of this.stops.splice(0)) stop();
  }

  private async begin(spoken: Promise<void>): Promise<void> {
    const { origin, eventId, dispatch } = this.place;
    const outcome = await this.shop.open();
    await spoken;
    if (this.isClosed || this.wording === null || this.shop.state.event === null) return;
    this.stops.push(
      followCounts(origin, eventId, (counts) => {
        this.counts = counts;
        this.guard(() => this.render());
      }),
    );
    this.takeOutcome("basket", outcome);
    this.render();
    dispatch("ready", { event: eventId });
  }

  render(wording = this.wording): void {
    this.wording = wording;
    if (wording === null) return;
    const { place, shop } = this;
    const { root, mount, link, origin } = place;
    this.readForms();
    const hadFocus = root.activeElement !== null;
    const { mode, counts, chosen, details, wrong, notices, announced } = this;
    const model = { origin, wording, state: shop.state, counts, mode, chosen, details, wrong, notices, announced };
    const view = elementView({
      ...model,
      remembers: this.store.remembers,
      now: Date.now(),
      clock: this.clock(),
    });
    writeElements(mount, view);
    sayOwnTime(mount, wording);
    link.hidden = !needsLink(shop.state);
    if (hadFocus && root.activeElement === null) this.focusOn("#heading");
  }

  /** Reads what was typed and chosen, before the forms are rendered again. */
  private readForms(): void {
    for (const form of this.place.mount.querySelectorAll("form")) {
      const fields = fieldsIn(form);
      if ("name" in fields) this.details = detailsIn(fields);
      for (const [name, value] of Object.entries(fields))
        if (name.startsWith("n_tt_")) this.chosen[name.slice(2)] = Number(value);
    }
  }

  private clicked(event: Event): void {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest<HTMLButtonElement>('button[type="button"]');
    if (button) return this.pressed(button, {});
    const toField = target?.closest<HTMLAnchorElement>(".errors a");
    if (!toField) return;
    event.preventDefault();
    this.focusOn(toField.getAttribute("href") ?? "");
  }

  private pressed(button: HTMLElement | null, fields: Fields): void {
    if (this.shop.state.isBusy) return this.hurry();
    const { press, of } = pressIn(button instanceof HTMLButtonElement ? button.value : "");
    this.run(this.carryOut(press, of, fields));
  }

  private async carryOut(press: ReturnType<typeof pressIn>["press"], of: string, fields: Fields): Promise<void> {
    const { wording } = this;
    const { state } = this.shop;
    if (!state.event || !wording) return;
    const before = shownPart(state, this.mode);
    const newKey = () => crypto.randomUUID();
    const plan = planOf({ press, of, fields, wording, state, event: state.event, newKey });
    this.mode = plan.mode ?? this.mode;
    this.notices = plan.notices;
    this.wrong = plan.wrong;
    if (press === "anew") this.shop.forgetOrder();
    this.render();
    if (plan.calls.length > 0) {
      const outcome = await this.shop.send(plan.calls);
      this.takeOutcome(press, outcome);
      this.render();
      // A refused amount is shown as it still is, not as it was chosen.
      if (this.wrong.length === 0) for (const form of this.place.mount.querySelectorAll("form")) form.reset();
    }
    if (this.wrong.length > 0) this.focusOn(".errors");
    else if (shownPart(this.shop.state, this.mode) !== before) this.focusOn("#heading");
  }

  private takeOutcome(press: ReturnType<typeof pressIn>["press"], outcome: Outcome): void {
    const { wording } = this;
    const { state } = this.shop;
    const { dispatch, eventId } = this.place;
    if (!state.event || !wording) return;
    if (outcome.done.includes("hold") && holdsOf(state, "active").length > 0) {
      this.mode = "basket";
      this.chosen = {};
    }
    if (outcome.done.includes("checkout")) this.mode = "basket";
    const came = noticesOf({ press, outcome, wording, state, event: state.event });
    this.notices = [...came.notices];
    this.wrong = came.wrong;
    const holds = holdsOf(state, "active").map(({ id }) => id);
    if (outcome.done.some((kind) => kind === "hold" || kind === "swap")) dispatch("hold", { event: eventId, holds });
    if (outcome.done.includes("release")) dispatch("released", { event: eventId, holds });
    if (outcome.done.includes("checkout")) dispatch("order", { event: eventId, order: state.order?.id ?? null });
    for (const { facts } of outcome.refused) dispatch("error", { event: eventId, code: facts.code });
  }

  private changed(state: ShopState): void {
    const active = state.holds.filter(({ hold }) => hold.status === "active");
    if (active.length === 0) {
      clearInterval(this.ticking);
      this.ticking = undefined;
      this.left = null;
    } else {
      this.readClock(active);
      this.ticking ??= setInterval(() => this.guard(() => this.tick()), TICK_MS);
    }
    this.render();
    const ranOut = holdsOf(state, "expired").flatMap(({ id }) => (this.active.has(id) ? id : []));
    this.active = new Set(active.map(({ hold }) => hold.id));
    if (ranOut.length > 0) this.place.dispatch("expired", { event: this.place.eventId, holds: ranOut });
  }

  private tick(): void {
    const active = this.shop.state.holds.filter(({ hold }) => hold.status === "active");
    if (active.length === 0) return;
    const endsAt = this.readClock(active);
    // Reads the holds once for each end. When there is no response, the shop retries by itself.
    if (this.left === 0 && !this.shop.state.isBusy && endsAt !== this.askedAt) {
      this.askedAt = endsAt;
      this.run(this.shop.refresh());
    }
    this.render();
  }

  /** Reads the clock, and announces what is due (rule S9). Returns when the first of the holds ends. */
  private readClock(active: readonly TimedHold[]): number {
    const endsAt = Math.min(...active.map((each) => each.endsAt));
    const seconds = secondsLeft(endsAt, this.clock());
    // After an extension the announcements begin again.
    const before = this.left !== null && seconds > this.left + 1 ? null : this.left;
    const text = this.wording && announcement(this.wording, before, seconds, canExtend(moreTimeIn(this.shop.state)));
    this.announced = text ?? this.announced;
    this.left = seconds;
    return endsAt;
  }

  private focusOn(selector: string): void {
    const found = this.place.mount.querySelector<HTMLElement>(selector);
    found?.focus();
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private listen(target: EventTarget, name: string, handle: (event: Event) => void): void {
    const listener = (event: Event) => this.guard(() => handle(event));
    target.addEventListener(name, listener);
    this.stops.push(() => target.removeEventListener(name, listener));
  }

  private run(work: Promise<unknown>): void {
    work.catch(() => this.broken());
  }

  private guard(work: () => void): void {
    try {
      work();
    } catch {
      this.broken();
    }
  }

  /** The host's page gets an event instead of an exception. */
  private broken(): void {
    const { mount, link, dispatch, eventId } = this.place;
    writeElements(mount, h("p", { role: "alert" }, this.wording?.t.element.broken));
    link.hidden = false;
    dispatch("error", { event: eventId, code: "broken" });
  }
}

function fieldsIn(form: EventTarget | null): Fields {
  if (!(form instanceof HTMLFormElement)) return {};
  const entries = [...new FormData(form)].flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value]] : [],
  );
  return Object.fromEntries(entries) as Fields;
}
