// Tests a scanner over HTTP: what it repeats, under which id, and which verdicts it acknowledges to the door.

import { describe, expect, test } from "vitest";
import type { Client, Operations, Problem } from "../../../src/client/client.ts";
import { openScanner, type Post, type Scan } from "../../../src/cli/scanning/scan-client.ts";
import { MAX_ACKED } from "../../../src/domain/limits.ts";

type Body = Extract<Operations["POST /v1/events/{id}/scans"]["ask"]["body"], { readonly code: string }>;
/** `lost`: the door has decided, and its reply does not arrive. */
type Answer = Partial<Scan> | { readonly status: number } | "lost";

const POST: Post = { eventId: "evt_1", gate_id: "gate_1", direction: "in", source: "reader", override: null };

function open(answers: readonly Answer[], post: Post = POST) {
  const [sent, waits]: [Body[], number[]] = [[], []];
  let [drawn, repeats] = [0, 0];
  const call = (_route: string, { id, body }: { id: string; body: Body }) => {
    expect(id).toBe(post.eventId);
    const answer = answers[sent.length] ?? {};
    sent.push(body);
    if (answer === "lost") return Promise.reject(new Error("the network failed"));
    if ("status" in answer) return Promise.resolve({ ok: false, problem: answer as Problem, retryAfterSeconds: null });
    const scan = { scan_id: body.scan_id, verdict: "admitted", let_in: true, again: false, ...answer };
    return Promise.resolve({ ok: true, body: scan });
  };
  const scanner = openScanner({
    // The cast: nothing but scans is requested, and only these fields of a reply are read.
    client: { call } as unknown as Client,
    post,
    newScanId: () => `scn_${++drawn}`,
    wait: (ms) => Promise.resolve(waits.push(ms)),
    random: () => 0,
    onRepeat: () => repeats++,
  });
  return { scanner, sent, waits, repeats: () => repeats };
}

const REFUSED: Answer = { verdict: "already_inside", let_in: false };

test("[D3] a scan says what was read, where, how, and whether a supervisor lets in", async () => {
  const override = { reason: "the list" };
  const { scanner, sent } = open([], { ...POST, direction: "out", source: "typed", override });
  expect(await scanner.scan("7KQ2M")).toMatchObject({
    kind: "verdict",
    alreadyShown: false,
    scan: { scan_id: "scn_1" },
  });
  expect(sent).toEqual([
    { scan_id: "scn_1", code: "7KQ2M", gate_id: "gate_1", direction: "out", source: "typed", override, acked: [] },
  ]);
});

describe("[D4] a reply that is lost", () => {
  test("makes the request again under the same id, and each scan has an id of its own", async () => {
    const { scanner, sent, repeats } = open(["lost", { status: 503 }, {}, {}]);
    expect(await scanner.scan("VG1A")).toMatchObject({ kind: "verdict", scan: { scan_id: "scn_1" } });
    await scanner.scan("VG1B");
    expect(sent.map(({ scan_id, code }) => `${scan_id} ${code}`)).toEqual([
      ...["scn_1 VG1A", "scn_1 VG1A", "scn_1 VG1A"],
      "scn_2 VG1B",
    ]);
    expect(repeats()).toBe(2);
  });

  test("five times is no verdict, whether there is no reply or a part is away, after pauses between", async () => {
    const nowhere = open(Array.from({ length: 9 }, () => "lost" as const));
    expect(await nowhere.scanner.scan("VG1A")).toEqual({ kind: "failed", problem: null });
    expect([nowhere.sent.length, nowhere.waits.length, nowhere.waits.every((ms) => ms >= 100)]).toEqual([5, 4, true]);
    const away = open(Array.from({ length: 9 }, () => ({ status: 503 })));
    expect(await away.scanner.scan("VG1A")).toEqual({ kind: "failed", problem: { status: 503 } });
    expect(away.sent).toHaveLength(5);
  });

  test("is none where the server refuses to call the door: that is not repeated", async () => {
    for (const status of [400, 401, 403, 404, 409, 422, 429, 499]) {
      const { scanner, sent } = open([{ status }]);
      expect(await scanner.scan("VG1A")).toEqual({ kind: "failed", problem: { status } });
      expect(sent).toHaveLength(1);
    }
  });
});

describe("[D5] what has arrived", () => {
  test("goes with the next request, again until one has a reply, and then no more", async () => {
    const { scanner, sent } = open([{}, "lost", REFUSED, REFUSED]);
    for (const code of ["VG1A", "VG1B", "VG1C"]) await scanner.scan(code);
    expect(sent.map(({ acked }) => acked)).toEqual([[], ["scn_1"], ["scn_1"], []]);
  });

  test("is sent for passages in and out alone, and of no more than a request may carry", async () => {
    const { scanner, sent } = open([
      REFUSED,
      { verdict: "exited", let_in: false },
      { verdict: "repeat", let_in: false },
    ]);
    for (const code of ["A", "B", "C", "D"]) await scanner.scan(code);
    expect(sent.map(({ acked }) => acked)).toEqual([[], [], ["scn_2"], []]);
    expect(MAX_ACKED).toBeGreaterThan(1);
  });

  test("is sent by itself where no scan follows: the same scan again, which writes nothing", async () => {
    const { scanner, sent } = open([{}, {}]);
    await scanner.acknowledge();
    await scanner.scan("VG1A");
    await scanner.acknowledge();
    await scanner.acknowledge();
    expect(sent.map(({ scan_id, code, acked }) => ({ scan_id, code, acked }))).toEqual([
      { scan_id: "scn_1", code: "VG1A", acked: [] },
      { scan_id: "scn_1", code: "VG1A", acked: ["scn_1"] },
    ]);
  });

  test("is sent under the id that decided, not under one that wrote no row", async () => {
    const { scanner, sent } = open([{ scan_id: "scn_first", again: true }, {}]);
    await scanner.scan("VG1A");
    await scanner.acknowledge();
    expect(sent[1]).toMatchObject({ scan_id: "scn_first", acked: ["scn_first"] });
  });

  test("says nothing where it is lost, or nobody passed", async () => {
    const lost = open([{}, "lost"]);
    await lost.scanner.scan("VG1A");
    await lost.scanner.acknowledge();
    const refused = open([REFUSED]);
    await refused.scanner.scan("VG1A");
    await refused.scanner.acknowledge();
    expect([lost.sent.length, refused.sent.length]).toEqual([2, 1]);
  });

  test("is green once: a verdict that was shown here is known when it returns, but another one is not", async () => {
    const { scanner } = open([{}, { scan_id: "scn_1", again: true }, { scan_id: "scn_other", again: true }]);
    const seen = [];
    for (const code of ["A", "A", "A"]) {
      const outcome = await scanner.scan(code);
      seen.push(outcome.kind === "verdict" && outcome.alreadyShown);
    }
    expect(seen).toEqual([false, true, false]);
  });
});
