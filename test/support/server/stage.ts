// Starts a server with what a test needs to act on it: a client, shoppers, and the demonstration's keys.

import { expect } from "vitest";
import { must } from "../../../src/domain/result.ts";
import { type Actions, actionsOf } from "./actions.ts";
import { type Client, mintShoppers, openClient } from "./client.ts";
import type { CommandEnv } from "./commands.ts";
import { startServer, type TestServer } from "./server.ts";
import type { Shopper } from "./wire.ts";

export type Stage = {
  readonly server: TestServer;
  readonly client: Client;
  readonly keys: TestServer["demo"]["api_keys"];
  readonly act: Actions;
  shopper(index: number): Shopper;
  /** Ends the server, which must still be there to be ended. */
  close(): Promise<void>;
};

const SHOPPERS = 10;

export async function openStage(env: CommandEnv = {}): Promise<Stage> {
  const server = await startServer({ env: { RATE_LIMITS: "off", ...env } });
  const client = openClient(server.baseUrl);
  const shoppers = await mintShoppers(client, SHOPPERS);
  return {
    server,
    client,
    keys: server.demo.api_keys,
    act: actionsOf(client),
    shopper: (index) => must(shoppers[index], "so many were minted"),
    close: async () => {
      client.close();
      expect(await server.stop(), server.command.stderr()).toBe(0);
    },
  };
}
