// Places holds at a steady rate from a process of its own: each at its time, whether or not earlier ones got a
// response.

import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";

export type Paced = {
  readonly baseUrl: string;
  readonly path: string;
  readonly tokens: readonly string[];
  readonly perSecond: number;
  readonly seconds: number;
};
/** `answeredAt`: when the response to each placed hold arrived, epoch ms, in that order. Latencies in ms. */
export type PacedResult = {
  readonly placed: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly answeredAt: readonly number[];
};

const TICK_MS = 5;

process.once("message", (paced: Paced) => {
  void place(paced).then((result) => process.send?.(result, () => process.exit(0)));
});

async function place({ baseUrl, path, tokens, perSecond, seconds }: Paced): Promise<PacedResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const { hostname, port } = new URL(baseUrl);
  const latencies: number[] = [];
  const answeredAt: number[] = [];
  const refused: Record<string, number> = {};
  const begun = Date.now();
  const waiting: Promise<void>[] = [];
  const one = (n: number): Promise<void> =>
    new Promise((settle) => {
      const sentAt = performance.now();
      const headers = {
        "Content-Type": "application/json",
        Authorization: `Bearer ${tokens[n % tokens.length] ?? ""}`,
        "Idempotency-Key": randomUUID(),
      };
      const outgoing = request({ agent, hostname, port, method: "POST", path, headers }, (incoming) => {
        incoming.resume();
        incoming.once("end", () => {
          const status = String(incoming.statusCode);
          if (status === "201") {
            latencies.push(performance.now() - sentAt);
            answeredAt.push(Date.now());
          } else refused[status] = (refused[status] ?? 0) + 1;
          settle();
        });
      });
      let isBroken = false;
      // Not `once`: a broken connection may emit two errors, and the second would have no listener.
      outgoing.on("error", () => {
        if (!isBroken) refused["broken"] = (refused["broken"] ?? 0) + 1;
        isBroken = true;
        settle();
      });
      outgoing.end(`{"quantity":1}`);
    });
  await new Promise<void>((settle) => {
    const timer = setInterval(() => {
      const due = Math.min(perSecond * seconds, Math.floor(((Date.now() - begun) / 1_000) * perSecond));
      while (waiting.length < due) waiting.push(one(waiting.length));
      if (due < perSecond * seconds) return;
      clearInterval(timer);
      settle();
    }, TICK_MS);
  });
  await Promise.all(waiting);
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? 0;
  const took = ((answeredAt.at(-1) ?? begun) - begun) / 1_000;
  return { placed: latencies.length, refused, seconds: took, p50: at(0.5), p99: at(0.99), answeredAt };
}
