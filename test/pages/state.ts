// A page in a state: how a person gets there. Tests open every one of them, and `npm run shots` draws it.

import type { Browser, Page } from "playwright-core";
import { type Look, openPage, type Watched } from "../support/pages/chromium.ts";
import type { TestServer } from "../support/server/server.ts";

export type State = {
  /** Also the name of its picture. */
  readonly name: string;
  /** Where it is, on the server's origin. */
  readonly path: string | ((server: TestServer) => string);
  /** What is put in the way of the page's requests before it is loaded. */
  readonly prepare?: (page: Page, server: TestServer) => Promise<unknown>;
  /** From the loaded page to the state; resolves when it is shown. */
  readonly reach?: (page: Page, server: TestServer) => Promise<unknown>;
  /** Whether it is of the server on which time runs out within seconds. */
  readonly isBrief?: true;
  /** Whether it is only drawn: a test of its own goes through all that are like it. */
  readonly isOnlyDrawn?: true;
  /** What the browser says of a refusal that the state is about, such as the status of a response. */
  readonly complains?: RegExp;
};

/** The environment of the server on which time runs out: a hold lasts long enough to be ordered on a busy machine. */
export const BRIEF = { RATE_LIMITS: "off", HOLD_TTL_SECONDS: "5", ORDER_TTL_SECONDS: "2" };
export type StateServers = { readonly usual: TestServer; readonly brief: TestServer };

/** The page in its state. `complaints` are those that do not belong to it. */
export async function openState(browser: Browser, servers: StateServers, state: State, look: Look): Promise<Watched> {
  const server = state.isBrief ? servers.brief : servers.usual;
  const path = typeof state.path === "string" ? state.path : state.path(server);
  const watched = await openPage(browser, server.baseUrl + path, look, async (page) => state.prepare?.(page, server));
  await state.reach?.(watched.page, server);
  const { complains } = state;
  const unexpected = () => watched.complaints.filter((each) => !complains?.test(each));
  return {
    ...watched,
    get complaints() {
      return unexpected();
    },
  };
}
