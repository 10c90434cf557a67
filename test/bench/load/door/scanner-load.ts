// Runs the scanners of the door's live scenarios in a process of their own: each has a socket, scans are even in time
// and timed from when they were due, and the arrival of each frame is recorded.

import { WebSocket } from "ws";
import { newId } from "../../../../src/cli/rows/credentials.ts";
import { showSerial } from "../../../../src/domain/door/tickets/serial.ts";
import { must } from "../../../../src/domain/result.ts";
import type { RefusedFrame, VerdictFrame } from "../../../../src/sockets/door-protocol.ts";
import type { Scanner } from "../../../support/server/catalogue/door-show.ts";
import type { Ticket } from "../../rig/door-stage.ts";
import { mostInASecond } from "../../report/timings.ts";

export type ScannersAsked = { readonly url: string; readonly scanners: readonly Scanner[] };
/** `tellsOthers`: whether the arrival of each scan at the other scanners is recorded, all of which must then get it. */
export type PaceAsked = {
  readonly tickets: readonly Ticket[];
  readonly perSecond: number;
  readonly tellsOthers: boolean;
};
export type ScannerOrder =
  | { readonly kind: "open"; readonly asked: ScannersAsked }
  | { readonly kind: "start"; readonly asked: PaceAsked }
  /** No further scan is due; reported once all have their replies, and have arrived at the others. */
  | { readonly kind: "stop" }
  | { readonly kind: "close" };
/**
 * Times in ms. `told`: the time from when a scan was due to when another scanner had it in a frame, over all others.
 */
export type ScannersSeen = {
  readonly sent: number;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly latencies: number[];
  readonly told: number[];
  /** Frames other than replies, the most to one scanner in any second. */
  readonly framesASecond: number;
};

type Sent = { readonly dueAt: number; readonly by: number; told: number };
type Run = PaceAsked & {
  readonly byId: Map<string, Sent>;
  readonly bySerial: Map<string, Sent>;
  readonly verdicts: Record<string, number>;
  readonly latencies: number[];
  readonly told: number[];
  readonly frames: number[][];
  sent: number;
  answered: number;
  timer: NodeJS.Timeout | null;
};

const TICK_MS = 2;
/** A scanner that has no frame by then never gets it. */
const LATEST_MS = 10_000;
const sockets: { readonly socket: WebSocket; readonly scanner: Scanner }[] = [];
let run: Run | null = null;

process.on("message", (order: ScannerOrder) => {
  if (order.kind === "open") void openAll(order.asked).then(() => process.send?.("open"));
  else if (order.kind === "start") start(order.asked);
  else if (order.kind === "stop") void stop().then((seen) => process.send?.(seen));
  else void closeAll().then(() => process.exit(0));
});

async function openAll({ url, scanners }: ScannersAsked): Promise<void> {
  await Promise.all(
    scanners.map(
      (scanner, index) =>
        new Promise<void>((settle, reject) => {
          const socket = new WebSocket(url, { headers: { Authorization: `Bearer ${scanner.token}` } });
          sockets[index] = { socket, scanner };
          socket.once("error", reject);
          socket.once("message", () => settle());
          socket.on("message", (data: Buffer) => hear(index, data.toString("latin1")));
        }),
    ),
  );
}

function start(asked: PaceAsked): void {
  const noted = { byId: new Map(), bySerial: new Map(), verdicts: {}, latencies: [], told: [] };
  const now: Run = { ...asked, ...noted, frames: sockets.map(() => []), sent: 0, answered: 0, timer: null };
  const begun = performance.now();
  const perMs = asked.perSecond / 1_000;
  now.timer = setInterval(() => {
    const due = Math.min(asked.tickets.length, Math.floor((performance.now() - begun) * perMs));
    while (now.sent < due) send(now, begun + now.sent / perMs);
  }, TICK_MS);
  run = now;
}

/** Each scanner in its turn. */
function send(now: Run, dueAt: number): void {
  const by = now.sent % sockets.length;
  const { serial, code } = must(now.tickets[now.sent], "it is due");
  const { socket, scanner } = must(sockets[by], "there is a scanner");
  now.sent += 1;
  const scan_id = newId("scn");
  const sent: Sent = { dueAt, by, told: 0 };
  now.byId.set(scan_id, sent);
  if (now.tellsOthers) now.bySerial.set(showSerial(serial), sent);
  const scan = { type: "scan", scan_id, code, direction: "in", source: "camera", gate_id: scanner.gateId };
  socket.send(JSON.stringify(scan));
}

function hear(index: number, text: string): void {
  const cameAt = performance.now();
  if (run === null) return;
  if (text.startsWith('{"type":"verdict"') || text.startsWith('{"type":"refused"'))
    return answered(run, index, text, cameAt);
  run.frames[index]?.push(cameAt);
  if (!run.tellsOthers || !text.startsWith('{"type":"door"')) return;
  for (const [, serial = ""] of text.matchAll(/"serial":"([0-9A-Z-]+)"/g)) {
    const sent = run.bySerial.get(serial);
    if (sent === undefined || sent.by === index) continue;
    sent.told += 1;
    run.told.push(cameAt - sent.dueAt);
  }
}

function answered(now: Run, index: number, text: string, cameAt: number): void {
  const frame = JSON.parse(text) as VerdictFrame | RefusedFrame;
  const sent = must(now.byId.get(must(frame.scan_id, "it answers a scan")), "it was sent");
  now.answered += 1;
  now.latencies.push(cameAt - sent.dueAt);
  const said = frame.type === "verdict" ? frame.scan.verdict : frame.code;
  now.verdicts[said] = (now.verdicts[said] ?? 0) + 1;
  if (frame.type === "verdict")
    sockets[index]?.socket.send(JSON.stringify({ type: "ack", scan_ids: [frame.scan.scan_id] }));
}

async function stop(): Promise<ScannersSeen> {
  const now = must(run, "it runs");
  if (now.timer) clearInterval(now.timer);
  const isOver = () =>
    now.answered === now.sent &&
    (!now.tellsOthers || [...now.bySerial.values()].every(({ told }) => told >= sockets.length - 1));
  const until = performance.now() + LATEST_MS;
  while (!isOver() && performance.now() < until) await new Promise((settle) => setTimeout(settle, TICK_MS));
  if (!isOver())
    throw new Error(`of ${now.sent} scans ${now.answered} were answered, and not all of them were told to all`);
  run = null;
  const { sent, verdicts, latencies, told, frames } = now;
  return { sent, verdicts, latencies, told, framesASecond: Math.max(0, ...frames.map(mostInASecond)) };
}

async function closeAll(): Promise<void> {
  const closed = sockets.map(({ socket }) => new Promise((settle) => socket.once("close", settle)));
  for (const { socket } of sockets) socket.close();
  await Promise.all(closed);
}
