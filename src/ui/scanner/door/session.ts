// Opens a phone's session at its door: connects the parts, and keeps them going until the page closes.

import { type PhoneStore, storeUntil, type PairedPhone } from "../phone/phone-store.ts";
import { type ScanSender, openScanSender } from "./scan-sender.ts";
import { type DoorCalls, openCalls } from "./link/door-calls.ts";
import { type Errands, openErrands } from "./door-errands.ts";
import { openFrameTaker } from "./link/door-frames.ts";
import { type DoorSocket, openDoorSocket } from "./link/door-socket.ts";
import { type Leasing, openLeasing } from "./leasing.ts";
import { type DoorCopy, openDoorCopy } from "./copy/door-copy.ts";
import { type LeaseBook, openLeaseBook } from "./copy/lease-book.ts";
import { POLL_EVERY_MS } from "./link/link.ts";
import { type LinkKeeper, openLinkKeeper } from "./link/link-keeper.ts";
import { type Outbox, openOutbox } from "./rows/outbox.ts";
import { openScanFlow, type ScanFlow } from "./scan-flow.ts";
import { openRowKeeping } from "./rows/row-keeping.ts";
import { newScanId, openScanRows } from "./rows/scan-rows.ts";
import { newScreenState, type ScreenState } from "./screen-state.ts";

export type Session = {
  readonly phone: PairedPhone;
  readonly state: ScreenState;
  readonly flow: ScanFlow;
  readonly calls: DoorCalls;
  readonly doorCopy: DoorCopy;
  /** Whether this browser can verify signatures, and so decide without the door. */
  readonly verifies: boolean;
  /** The door's time, epoch ms, at a moment of `performance.now()`. */
  doorTimeAt(mono: number): number;
  /** Sends all unsent rows; resolves to whether none is left. */
  flush(): Promise<boolean>;
  /** Gives the lease back when this phone leaves the event. */
  handIn(): Promise<void>;
  close(): void;
};

const TICK_MS = 250;
const HEARTBEAT_MS = 30_000;
const BUNDLE_EVERY_MS = 5 * 60_000;
const EVENT_OVER = 4410;

export async function openSession(disk: PhoneStore, phone: PairedPhone, verifies: boolean): Promise<Session> {
  let isClosed = false;
  const store = storeUntil(disk, () => isClosed);
  const { eventId } = phone;
  const state = newScreenState();
  const calls = openCalls(phone.token);
  const doorCopy = await openDoorCopy(store);
  const lease = await openLeaseBook(store, (now) => {
    state.lease.value = now;
  });
  let socket: DoorSocket | null = null;
  const link = await openLinkKeeper(store, state, () => void back());
  const lost = () => {
    if (!socket?.isOpen()) link.noteLost();
  };
  const sender = openScanSender({
    ...{ eventId, call: calls.call, onHeard: link.noteHeard, onLost: lost },
    socket: () => socket,
  });
  const errands = openErrands({ phone, store, calls, doorCopy, link, state });
  const leasing = openLeasing({ eventId, lease, verifies, call: calls.call, socket: () => socket });
  const keeping = openRowKeeping({ store, doorCopy, lease });
  const outbox = openOutbox({
    ...{ eventId, keeping, doorCopy, call: calls.call },
    newUndo: () => ({ scanId: newScanId(), at: link.clock().now, sent: false }),
    onSent(doorAt) {
      if (doorAt !== null) link.noteTime(doorAt);
      showRows(state, doorCopy);
    },
  });
  /** Runs when the door replies again: sends it the rows that it has missed, and loads what this phone has missed. */
  async function back(): Promise<void> {
    await outbox.flush();
    await Promise.all([errands.refresh(), leasing.ask()]);
  }
  const rows = openScanRows({
    ...{ deviceId: phone.id, keeping, doorCopy, lease, verifies, clock: link.clock },
    ...{ counter: (await store.get("counter")) ?? 0, lastAnswered: await store.get("lastAnswered") },
    onChanged() {
      showRows(state, doorCopy);
      if (state.link.value.kind === "live") void outbox.flush();
    },
  });
  const flow = openScanFlow({ rows, doorCopy, sender, patienceMs: link.patienceMs });
  await takeBackUnshown(doorCopy, flow);
  showRows(state, doorCopy);
  errands.showCounts();
  socket = connect({ phone, state, doorCopy, link, errands, leasing, sender });
  const stop = keepGoing({ state, doorCopy, lease, link, errands, leasing, outbox, socket });
  return {
    ...{ phone, state, flow, calls, doorCopy, verifies, doorTimeAt: link.doorTimeAt },
    async flush() {
      await outbox.flush();
      return doorCopy.unsent().length === 0;
    },
    handIn: leasing.handIn,
    close() {
      isClosed = true;
      stop();
      socket?.close();
    },
  };
}

type Connected = {
  readonly phone: PairedPhone;
  readonly state: ScreenState;
  readonly doorCopy: DoorCopy;
  readonly link: LinkKeeper;
  readonly errands: Errands;
  readonly leasing: Leasing;
  readonly sender: ScanSender;
};

function connect({ phone, state, doorCopy, link, errands, leasing, sender }: Connected): DoorSocket {
  const takeFrame = openFrameTaker({
    ...{ state, doorCopy, noteTime: link.noteTime, showCounts: errands.showCounts },
    onLease: (frame) => void leasing.receiveNotice(frame),
    refresh: () => void errands.refresh(),
    askLease: () => void leasing.ask(),
  });
  return openDoorSocket({
    ...{ eventId: phone.eventId, token: phone.token, onHeard: () => link.noteHeard("socket") },
    onFrame(frame) {
      if (frame.type === "verdict" || frame.type === "refused") sender.takeFrame(frame);
      takeFrame(frame);
    },
    onClosed() {
      sender.socketLost();
      void errands.probe();
    },
    onEnded(code) {
      state.ended.value = code === EVENT_OVER ? "door_closed" : "unauthenticated";
    },
  });
}

function showRows(state: ScreenState, doorCopy: DoorCopy): void {
  state.rows.value = doorCopy.rows();
  state.unsent.value = doorCopy.unsent().length;
}

/**
 * Takes back scans whose page was killed before a verdict was shown: nobody passed, whatever the door decided (rule
 * D18).
 */
async function takeBackUnshown(doorCopy: DoorCopy, flow: ScanFlow): Promise<void> {
  for (const { shown, undo, scanId } of doorCopy.rows())
    if (shown === null && undo === null) await flow.takeBack(scanId);
}

type Going = {
  readonly state: ScreenState;
  readonly doorCopy: DoorCopy;
  readonly lease: LeaseBook;
  readonly link: LinkKeeper;
  readonly errands: Errands;
  readonly leasing: Leasing;
  readonly outbox: Outbox;
  readonly socket: DoorSocket;
};

/** Starts the periodic work of the session. Returns the function that stops it. */
function keepGoing({ state, doorCopy, lease, link, errands, leasing, outbox, socket }: Going): () => void {
  const due = new Map<string, number>();
  const isDue = (name: string, everyMs: number): boolean => {
    const now = performance.now();
    if (now - (due.get(name) ?? Number.NEGATIVE_INFINITY) < everyMs) return false;
    due.set(name, now);
    return true;
  };
  const tick = () => {
    link.show();
    if (state.ended.value !== null) return;
    if (!socket.isOpen() && isDue("probe", POLL_EVERY_MS)) void errands.probe();
    if (state.link.value.kind !== "live") return;
    if (isDue("heartbeat", HEARTBEAT_MS)) void errands.heartbeat();
    if (doorCopy.unsent().length > 0) void outbox.flush();
    if (lease.isLow()) void leasing.ask();
    if (isDue("bundle", doorCopy.bundle() === null ? POLL_EVERY_MS : BUNDLE_EVERY_MS)) void errands.refresh();
  };
  const ticking = setInterval(tick, TICK_MS);
  const online = () => socket.hurry();
  const offline = () => link.noteLost();
  addEventListener("online", online);
  addEventListener("offline", offline);
  const whenVisible = () => {
    if (document.hidden) return;
    socket.hurry();
    tick();
  };
  document.addEventListener("visibilitychange", whenVisible);
  return () => {
    clearInterval(ticking);
    removeEventListener("online", online);
    removeEventListener("offline", offline);
    document.removeEventListener("visibilitychange", whenVisible);
  };
}
