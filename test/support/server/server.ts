// Starts a real server for a test: `serve` in a process of its own, on a free port and its own data.

import { rmSync } from "node:fs";
import { type Demo, readDemo } from "../../../src/cli/local/demo.ts";
import { must } from "../../../src/domain/result.ts";
import { type CommandEnv, makeStateDir, type RunningCommand, runScript } from "./commands.ts";

export type TestServer = {
  readonly baseUrl: string;
  /** As in `baseUrl`: give it to the next server to come back under the same address. */
  readonly port: number;
  readonly demo: Demo;
  readonly stateDir: string;
  readonly workerdPid: number;
  readonly command: RunningCommand;
  /** Ends it as an operator would, by SIGTERM; resolves to its exit status. Removes the data if this server made it. */
  stop(): Promise<number | NodeJS.Signals | null>;
  /**
   * Kills workerd as a crash would, and waits until the server has ended; resolves to its exit status. Keeps the data.
   */
  kill(): Promise<number | NodeJS.Signals | null>;
};

export type ServerOptions = {
  readonly port?: number;
  readonly stateDir?: string;
  readonly env?: CommandEnv;
  /** The folder of another release (test/support/pages/second-release.ts), which builds its Worker. */
  readonly project?: string;
};

/** Give a `stateDir` (see `makeStateDir`) to start again on the same data; who gives it removes it. */
export async function startServer({ port = 0, stateDir, env = {}, project }: ServerOptions = {}): Promise<TestServer> {
  const folder = stateDir ?? makeStateDir();
  const own = { PORT: String(port), STATE_DIR: folder, ...(project !== undefined && { SERVE_BUNDLE: "" }) };
  const command = runScript("src/cli/serve.ts", [], { ...own, ...env }, project);
  const ready = await command.untilStdout(/^ready (http:\/\/\S+:(\d+)) workerd=(\d+)\n/m);
  const workerdPid = Number(ready[3]);
  return {
    baseUrl: must(ready[1], "the ready line names the address"),
    port: Number(ready[2]),
    demo: must(readDemo(folder), "a server that is ready has written demo.json"),
    stateDir: folder,
    workerdPid,
    command,
    stop: async () => {
      command.child.kill("SIGTERM");
      const how = await command.ended;
      if (!stateDir) rmSync(folder, { recursive: true, force: true });
      return how;
    },
    kill: () => {
      process.kill(workerdPid, "SIGKILL");
      return command.ended;
    },
  };
}
