// Starts PostgreSQL and Redis as Debian ships them, on loopback, in a temporary folder, durable: acknowledged writes
// are on disk.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Client as Postgres } from "pg";
import { flushEnv } from "../rig/flush.ts";
import { freePort } from "../rig/free-port.ts";

export const INSTALL = "the peers need PostgreSQL and Redis: apt-get install postgresql redis-server";
export const DURABLE =
  "Durability: PostgreSQL fsync = on, synchronous_commit = on; Redis appendonly yes, appendfsync always; the inventory commits with a full fsync. All on one file system.";

export type Services = { readonly postgres: string; readonly redisPort: number; stop(): Promise<void> };
type User = { readonly uid: number; readonly gid: number };

const READY_MS = 20_000;

/** Throws with what to install where one of them is missing. */
export async function startServices(): Promise<Services> {
  const [initdb, postgres, redis] = [findTool("initdb"), findTool("postgres"), findTool("redis-server")];
  if (!initdb || !postgres || !redis) throw new Error(INSTALL);
  const folder = mkdtempSync(join(tmpdir(), "voelgoed-peers-"));
  const user = whoRuns();
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "postgres");
  const [port, redisPort] = [await freePort(), await freePort()];
  execFileSync(initdb, ["-D", data, "-U", "bench", "--auth=trust", "--encoding=UTF8"], { ...user, stdio: "ignore" });
  const settings = ["listen_addresses=127.0.0.1", `port=${port}`, `unix_socket_directories=${folder}`]
    .concat("fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=256MB", "max_wal_size=2GB")
    .flatMap((setting) => ["-c", setting]);
  const durable = ["--appendonly", "yes", "--appendfsync", "always", "--save", "", "--bind", "127.0.0.1"];
  const env = { ...process.env, ...flushEnv() };
  const children = [
    spawn(postgres, ["-D", data, ...settings], { ...user, env, stdio: "ignore" }),
    spawn(redis, ["--port", String(redisPort), "--dir", folder, ...durable], { ...user, env, stdio: "ignore" }),
  ];
  const url = `postgres://bench@127.0.0.1:${port}/postgres`;
  const abandon = () => {
    for (const child of children) child.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", abandon);
  const stop = async () => {
    process.removeListener("exit", abandon);
    await Promise.all(children.map(ended));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilReady("PostgreSQL", () => connectOnce(url));
    await untilReady("Redis", () => openOnce(redisPort));
  } catch (fault) {
    await stop();
    throw fault;
  }
  return { postgres: url, redisPort, stop };
}

/** Debian keeps PostgreSQL's programs out of the path. */
function findTool(name: string): string | null {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, "bin")) : [];
  const folders = [...versions.sort().reverse(), ...(process.env["PATH"] ?? "").split(delimiter)];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** PostgreSQL refuses to run as root; the package's own user, or nobody, does it then. */
function whoRuns(): User | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ["postgres", "nobody"]) {
    try {
      const idOf = (option: string) => Number(execFileSync("id", [option, name], { encoding: "utf8" }));
      return { uid: idOf("-u"), gid: idOf("-g") };
    } catch {
      // This machine has no such user: the next one.
    }
  }
  throw new Error("PostgreSQL does not run as root, and this machine has neither the user postgres nor nobody");
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((settle) => child.once("exit", settle));
  // SIGINT is PostgreSQL's fast stop, which waits for no client.
  child.kill("SIGINT");
  await gone;
}

/** An open port is not enough: PostgreSQL refuses every client while it still starts. */
async function untilReady(what: string, look: () => Promise<unknown>): Promise<void> {
  for (const deadline = Date.now() + READY_MS; ; await wait(50)) {
    try {
      await look();
      return;
    } catch (fault) {
      if (Date.now() > deadline) throw new Error(`${what} does not start`, { cause: fault });
    }
  }
}

async function connectOnce(url: string): Promise<void> {
  const client = new Postgres({ connectionString: url });
  await client.connect();
  await client.end();
}

function openOnce(port: number): Promise<void> {
  return new Promise((settle, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      settle();
    });
    socket.once("error", reject);
  });
}
