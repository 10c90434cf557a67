// Starts workerd with its inspector open, and uses V8's sampling profiler over the DevTools protocol.

import { chmodSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { WebSocket } from "ws";
import * as z from "zod";
import { must } from "../../../src/domain/result.ts";
import type { CommandEnv } from "../../support/server/commands.ts";
import { freePort } from "./free-port.ts";

export type CallFrame = { readonly functionName: string; readonly url: string; readonly lineNumber: number };
export type CpuProfile = {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame; readonly children?: number[] }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};

/** Often enough for functions of some microseconds, and cheap enough not to change what is seen. */
const SAMPLE_US = 200;

/**
 * The environment that opens the inspector of the workerd which a server starts. Miniflare takes another workerd by
 * MINIFLARE_WORKERD_PATH: a line of shell that adds the option, so that no command of the product has to know of it.
 */
export async function withInspector(folder: string): Promise<{ readonly port: number; readonly env: CommandEnv }> {
  const port = await freePort();
  const workerd = workerdPath();
  const wrapper = join(folder, "workerd-inspected.sh");
  writeFileSync(wrapper, `#!/bin/sh\nexec "${workerd}" "$@" --inspector-addr=127.0.0.1:${port}\n`);
  chmodSync(wrapper, 0o755);
  return { port, env: { MINIFLARE_WORKERD_PATH: wrapper } };
}

/** The program that Miniflare starts. */
export function workerdPath(): string {
  const fromMiniflare = createRequire(createRequire(import.meta.url).resolve("miniflare"));
  return z.object({ default: z.string() }).parse(fromMiniflare("workerd")).default;
}

/** Profiles the Worker's isolate, objects included, while the work is under way. */
export async function profileWhile<T>(
  port: number,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly profile: CpuProfile }> {
  const listed = await fetch(`http://127.0.0.1:${port}/json`);
  const targets = z.array(z.object({ id: z.string(), webSocketDebuggerUrl: z.string() })).parse(await listed.json());
  const target = must(
    targets.find(({ id }) => id.endsWith("voelgoedevents")),
    `the inspector lists the Worker, not only ${targets.map(({ id }) => id).join(", ")}`,
  );
  const call = await openDevTools(target.webSocketDebuggerUrl);
  await call("Profiler.enable");
  await call("Profiler.setSamplingInterval", { interval: SAMPLE_US });
  await call("Profiler.start");
  const result = await work();
  const { profile } = await call("Profiler.stop");
  call.close();
  // The one cast: the DevTools protocol says what a profile is.
  return { result, profile: profile as CpuProfile };
}

async function openDevTools(url: string) {
  const socket = new WebSocket(url, { maxPayload: 0 });
  const waiting = new Map<number, (result: Record<string, unknown>) => void>();
  let calls = 0;
  socket.on("message", (data: Buffer) => {
    const { id, result } = JSON.parse(data.toString("utf8")) as { id?: number; result?: Record<string, unknown> };
    if (id !== undefined) waiting.get(id)?.(result ?? {});
  });
  await new Promise((settle, reject) => socket.once("open", settle).once("error", reject));
  const call = (method: string, params: object = {}) =>
    new Promise<Record<string, unknown>>((settle, reject) => {
      socket.once("close", () => reject(new Error(`the inspector closed before ${method} was answered`)));
      calls += 1;
      waiting.set(calls, settle);
      socket.send(JSON.stringify({ id: calls, method, params }));
    });
  return Object.assign(call, { close: () => socket.terminate() });
}
