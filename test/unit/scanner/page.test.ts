// Tests the scanner's timing to the millisecond: repeated codes, how long a verdict stays, the link to the door, its
// clock.

import { expect, test } from "vitest";
import { clockAwake, clockFromStored, clockFromReply, doorNow } from "../../../src/ui/scanner/door/link/door-clock.ts";
import { judgeLateVerdict } from "../../../src/ui/scanner/door/late-verdict.ts";
import {
  ALONE_AFTER_MS,
  linkAfterReply,
  linkAfterLoss,
  NEVER_HEARD,
  patienceMs,
  linkAfterSleep,
  statusOf,
} from "../../../src/ui/scanner/door/link/link.ts";
import { comesOver, isOver, toneOf } from "../../../src/ui/scanner/door/verdict-display.ts";
import { type Sighting, sight } from "../../../src/ui/scanner/reading/sightings.ts";
import { crewCodeIn } from "../../../src/ui/scanner/reading/crew-code.ts";

const AT = 50_000;
const seen = (part: Partial<Sighting> = {}): Sighting => ({
  code: "A",
  readAt: AT,
  seenAt: AT,
  failed: false,
  ...part,
});

test("[W5] a camera reads the same code once in 5 s, then as a repeat, and as a scan when it comes back", () => {
  expect(sight(null, "A", "camera", AT).act).toBe("scan");
  const stays = (at: number) => sight(seen({ seenAt: at - 100 }), "A", "camera", at).act;
  expect([stays(AT + 4_999), stays(AT + 5_000)]).toEqual(["nothing", "repeat"]);
  const comesBack = (at: number) => sight(seen(), "A", "camera", at).act;
  expect([comesBack(AT + 699), comesBack(AT + 700), comesBack(AT + 4_999), comesBack(AT + 5_000)]).toEqual([
    ...["nothing", "repeat", "repeat", "scan"],
  ]);
});

test("[W5] the same code from a reader is a repeat for 2.5 s, never ignored, and after that a scan", () => {
  const again = (at: number) => sight(seen(), "A", "reader", at).act;
  expect([again(AT + 1), again(AT + 2_499), again(AT + 2_500)]).toEqual(["repeat", "repeat", "scan"]);
});

test("[W4] [W5] another code is a scan at once, and so is the same code after a network failure", () => {
  expect(sight(seen(), "B", "camera", AT + 1).act).toBe("scan");
  expect(sight(seen({ failed: true }), "A", "reader", AT + 1).act).toBe("scan");
  expect(sight(seen({ failed: true }), "A", "camera", AT + 699).act).toBe("nothing");
  expect(sight(seen({ failed: true }), "A", "camera", AT + 700).act).toBe("scan");
});

test("[W4] green clears after 1.2 s, red after 3 s once its code has left the picture", () => {
  const over = (tone: "in" | "out" | "wait" | "stop", ms: number, seenMs: number | null, hasText = false) =>
    isOver({ order: 1, tone, at: AT, hasText, isAlarm: false }, seenMs === null ? null : AT + seenMs, AT + ms);
  expect([over("in", 1_199, 0), over("in", 1_200, 1_200), over("out", 1_199, 0), over("out", 1_200, 0)]).toEqual([
    ...[false, true, false, true],
  ]);
  expect([over("stop", 2_999, 0), over("stop", 3_000, 0), over("wait", 3_000, null)]).toEqual([false, true, true]);
  expect([over("stop", 9_000, 8_301), over("stop", 9_000, 8_300)]).toEqual([false, true]);
  expect([over("in", 2_999, 0, true), over("in", 3_000, 0, true)], "with a note for the gate").toEqual([false, true]);
});

test("[W4] an alarm stays until it is closed or another code is read", () => {
  const alarm = { order: 1, tone: "stop", at: AT, hasText: false, isAlarm: true } as const;
  expect(isOver(alarm, null, AT + 60 * 60_000)).toBe(false);
});

test("[W1] [W4] a verdict that arrives after another guest's code was read is not shown over that guest", () => {
  expect([comesOver(7, 7), comesOver(6, 7)]).toEqual([true, false]);
});

test("[W2] only an admission is green; a verdict that this version does not know lets nobody pass", () => {
  expect(["admitted", "readmitted", "exited", "repeat", "used", "of_a_later_release", "toString"].map(toneOf)).toEqual([
    ...["in", "in", "out", "wait", "stop", "stop", "stop"],
  ]);
});

test("[W6] a scanner is behind after 1.9 s of silence on its socket and alone after 2.7 s", () => {
  const status = (ms: number) => statusOf(linkAfterReply("socket", AT), AT + ms);
  expect([status(1_899), status(1_900), status(2_699), status(2_700)]).toEqual([
    ...[{ kind: "live" }, { kind: "behind", seconds: 1 }, { kind: "behind", seconds: 2 }],
    { kind: "alone", since: AT },
  ]);
});

test("[W6] a failed request makes the scanner ALONE at once, and one reply makes it LIVE again", () => {
  const gone = linkAfterLoss(linkAfterLoss(linkAfterReply("http", AT), AT + 10), AT + 500);
  expect(statusOf(gone, AT + 500)).toEqual({ kind: "alone", since: AT });
  expect(gone.lostAt).toBe(AT + 10);
  expect(statusOf(linkAfterReply("socket", AT + 600), AT + 600)).toEqual({ kind: "live" });
  expect(statusOf(NEVER_HEARD, AT)).toEqual({ kind: "alone", since: null });
});

test("[W6] a page that did not run for 30 s is behind, not ALONE, until the door is silent for 2.7 s more", () => {
  const back = linkAfterSleep(linkAfterReply("socket", AT), 30_000);
  expect([statusOf(back, AT + 30_000), patienceMs(back, AT + 30_000)]).toEqual([
    ...[{ kind: "behind", seconds: 30 }, 800],
  ]);
  expect(statusOf(back, AT + 32_699).kind).toBe("behind");
  expect(statusOf(back, AT + 32_700)).toEqual({ kind: "alone", since: AT });
  expect(
    statusOf(linkAfterSleep(linkAfterLoss(linkAfterReply("http", AT), AT + 5), 30_000), AT + 30_005).kind,
    "known to be unreachable",
  ).toBe("alone");
});

test("[W6] a guest waits 800 ms for the door, and not at all when it is known to be unreachable", () => {
  const link = linkAfterReply("socket", AT);
  expect([patienceMs(link, AT + 2_699), patienceMs(link, AT + 2_700), ALONE_AFTER_MS]).toEqual([800, 0, 800]);
});

test("[D20] the time is the door's plus the time since its reply; a page that is opened again is unsure", () => {
  expect(doorNow(clockFromReply(1_000_000, 500), 1_700)).toBe(1_001_200);
  const kept = { doorAt: 1_000_000, wallAt: 2_000_000 };
  expect(clockFromStored(kept, 2_060_000, 5)).toEqual({ doorAt: 1_060_000, mono: 5, unsure: true });
  expect(clockFromStored(kept, 1_000_000, 5).doorAt, "a clock that was turned back").toBe(1_000_000);
  expect(clockFromStored(null, 7, 5)).toEqual({ doorAt: 7, mono: 5, unsure: true });
});

test("[D20] a phone that slept adds that time by its own clock, and is unsure", () => {
  const heardAt = clockFromReply(1_000_000, 500);
  expect(clockAwake(heardAt, 70_000, 71_900, 600), "both agree").toBe(heardAt);
  const slept = clockAwake(heardAt, 70_000, 1_870_000, 600);
  expect([doorNow(slept, 700), slept.unsure]).toEqual([2_800_100, true]);
  expect(clockAwake(heardAt, 70_000, 10_000, 600), "a clock that was turned back").toBe(heardAt);
});

test("[D18] a late reply alarms, turns green if no other guest has come, and is taken back otherwise", () => {
  const [admitted, refused] = [
    { let_in: true, verdict: "admitted" },
    { let_in: false, verdict: "used" },
  ];
  expect([judgeLateVerdict(admitted, admitted, false), judgeLateVerdict(refused, refused, true)]).toEqual([
    "agrees",
    "agrees",
  ]);
  expect(judgeLateVerdict(admitted, refused, true)).toBe("alarm");
  expect([judgeLateVerdict(refused, admitted, true), judgeLateVerdict(refused, admitted, false)]).toEqual([
    ...["turns_green", "take_back"],
  ]);
  expect(judgeLateVerdict(admitted, { let_in: false, verdict: "repeat" }, true)).toBe("agrees");
});

test("[D22] a crew code is found in pasted or scanned text, by itself or at the end of a link", () => {
  const code = `vgc_${"0123456789abcdefghjkmnpqrs".slice(0, 26)}`;
  expect([crewCodeIn(` ${code}\n`), crewCodeIn(`https://tickets.example/scan#${code}`)]).toEqual([code, code]);
  expect([crewCodeIn(`${code}0`), crewCodeIn("vgd_secret"), crewCodeIn("")]).toEqual([null, null, null]);
});
