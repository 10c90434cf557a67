// Gives a scenario what it measures on: bundles built once, servers of its own, a show to sell, shoppers, and the load.

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildUi } from "../../../src/cli/build/build-ui.ts";
import { buildBundle } from "../../../src/cli/build/bundle.ts";
import { runWrangler } from "../../../src/cli/d1/wrangler.ts";
import type { CommandEnv } from "../../support/server/commands.ts";
import { type Client, countsOf, mintShoppers, openClient } from "../../support/server/client.ts";
import { startServer, type TestServer } from "../../support/server/server.ts";
import type { TicketType } from "../../support/server/wire.ts";
import type { Load, Measured } from "../load/load.ts";
import type { OwnLoad } from "../load/own-load.ts";
import type { ScanLoad } from "../load/door/scan-load.ts";
import { workerdFlush } from "./flush.ts";
import { progress } from "../progress.ts";

/**
 * `real` is what would be deployed; `readable` the same with its names, for profiles. The others are entries of the
 * bench over the same app, never deployed.
 */
export type Bundle = "real" | "readable" | "idle" | "same-rows" | "bare-path" | "counted";
export type Side = {
  readonly name: string;
  /** Whether its objects project to D1. */
  readonly projects: boolean;
  readonly server: TestServer;
  readonly client: Client;
  readonly tokens: readonly string[];
};

/** A ticket type with its event. */
export type TypeOfShow = { readonly eventId: string; readonly typeId: string };

/** Their objects project and push nothing. */
const BARE: ReadonlySet<Bundle> = new Set<Bundle>(["idle", "same-rows", "bare-path"]);
const SHOPPERS = 1_000;
const folder = { path: "" };
const built = new Map<Bundle, Promise<string>>();

process.once("exit", () => {
  if (folder.path) rmSync(folder.path, { recursive: true, force: true });
});

/** A folder that is removed when the bench ends. */
export function scratch(): string {
  folder.path ||= mkdtempSync(join(tmpdir(), "voelgoed-bench-"));
  return folder.path;
}

/** A folder for the data of servers that are started one after the other. */
export function newStateDir(): string {
  return mkdtempSync(join(scratch(), "state-"));
}

export function bundleOf(bundle: Bundle): Promise<string> {
  const before = built.get(bundle);
  if (before) return before;
  const made = build(bundle);
  built.set(bundle, made);
  return made;
}

async function build(bundle: Bundle): Promise<string> {
  await buildUi();
  const directory = join(scratch(), bundle);
  progress(`building ${bundle}`);
  if (bundle === "real") {
    const fault = await buildBundle(directory);
    if (fault !== null) throw new Error(fault);
    return directory;
  }
  if (bundle === "readable") {
    const plain = await runWrangler(["deploy", "--dry-run", "--minify=false", "--outdir", directory], "keep");
    if (plain.status !== 0) throw new Error(plain.output);
    return directory;
  }
  const entry = join(import.meta.dirname, "../workers", `${bundle}-worker.ts`);
  const { status, output } = await runWrangler(["deploy", entry, "--dry-run", "--outdir", directory], "keep");
  if (status !== 0) throw new Error(output);
  renameSync(join(directory, `${bundle}-worker.js`), join(directory, "index.js"));
  return directory;
}

/** An hour: holds that expired during a run would be work that the other side does not have. */
const ENV = { RATE_LIMITS: "off", HOLD_TTL_SECONDS: "3600" };

/** What a server of the bench is started with. */
export async function sideEnv(bundle: Bundle, env: CommandEnv = {}): Promise<CommandEnv> {
  return { ...ENV, SERVE_BUNDLE: await bundleOf(bundle), ...env };
}

/** `stateDir`: data that was there before, and stays. */
export type SideOptions = { readonly env?: CommandEnv; readonly stateDir?: string; readonly shoppers?: number };

export async function openSide(name: string, bundle: Bundle, options: SideOptions = {}): Promise<Side> {
  const { env = {}, stateDir, shoppers = SHOPPERS } = options;
  const server = await startServer({
    env: { ...workerdFlush(), ...(await sideEnv(bundle, env)) },
    ...(stateDir !== undefined && { stateDir }),
  });
  const client = openClient(server.baseUrl, 32);
  const tokens = (await mintShoppers(client, shoppers)).map(({ token }) => token);
  return { name, projects: !BARE.has(bundle), server, client, tokens };
}

async function closeSide({ client, server }: Side): Promise<void> {
  client.close();
  await server.stop();
}

type Opened<O extends readonly unknown[]> = { [K in keyof O]: Side };

/** Opens the sides one after the other, and closes them however the work ends. */
export async function withSides<T, const O extends readonly (() => Promise<Side>)[]>(
  open: O,
  work: (sides: Opened<O>) => Promise<T>,
): Promise<T> {
  const sides: Side[] = [];
  try {
    for (const each of open) sides.push(await each());
    // The one cast: a side was opened for each.
    return await work(sides as Opened<O>);
  } finally {
    for (const side of sides) await closeSide(side);
  }
}

/** Runs a load by autocannon, in a process of its own, and returns what it measured. */
export const runLoad = (load: Load): Promise<Measured> => runApart("load.ts", load);

/** The same by the bench's own load. */
export const runOwnLoad = (load: OwnLoad): Promise<Measured> => runApart("own-load.ts", load);

/** Scans over HTTP. */
export const runScanLoad = (load: ScanLoad): Promise<Measured> => runApart("door/scan-load.ts", load);

async function runApart(script: string, load: Load | OwnLoad | ScanLoad): Promise<Measured> {
  const child = fork(join(import.meta.dirname, "../load", script));
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${script} ended with status ${code} before it had measured`);
  });
  child.send(load);
  const [measured] = (await Promise.race([once(child, "message"), ended])) as [Measured];
  // It ends by itself right after, which is not a fault then.
  ended.catch(() => undefined);
  return measured;
}

/** The work that a round leaves behind must not fall into the next one. */
export async function untilProjected({ client, server }: Side, { eventId, typeId }: TypeOfShow): Promise<void> {
  const token = server.demo.api_keys.viewer;
  for (;;) {
    const { seq } = await countsOf(client, eventId, typeId);
    const { body } = await client.ask<TicketType>("GET", `/v1/ticket-types/${typeId}`, { token });
    if (body.counts_seq === seq) return;
    await new Promise((settle) => setTimeout(settle, 100));
  }
}
