// A Worker whose doors record the terms that are delivered to them, and reply as a test wants it.

import { env } from "cloudflare:workers";
import { insertDoorSync, isEvent, raiseDoorVersion } from "../../../src/db/outbox/door-syncs.ts";
import { UNAVAILABLE } from "../../../src/domain/errors.ts";
import { openDoors } from "../../../src/door/client.ts";
import type { TermsReply } from "../../../src/domain/door/command.ts";
import type { EventTerms } from "../../../src/domain/door/event-terms.ts";
import { type EventId, parseId } from "../../../src/domain/ids.ts";
import { accept, must, refuse } from "../../../src/domain/result.ts";
import { app } from "../../../src/http/app.ts";
import { openTenant, type Tenant } from "../support/catalogue.ts";
import { db, seedShow } from "../support/fixture.ts";
import { type Asked, bodyOf, requestFor } from "../support/http.ts";

type Told = { readonly eventId: EventId; readonly terms: EventTerms | null };

export const CONFLICT = refuse({ code: "version_conflict" } as const);
export const AWAY = refuse(UNAVAILABLE);
export const taken = ({ terms }: Told): TermsReply => accept({ version: terms?.version ?? 0 });

type Answer = (told: Told) => TermsReply | Promise<TermsReply>;

export function openDoorPort(answer: Answer = taken) {
  const told: Told[] = [];
  const terms = async (eventId: EventId, given: EventTerms | null) => {
    told.push({ eventId, terms: given });
    return answer({ eventId, terms: given });
  };
  // The one cast: of the namespace the port uses no more.
  const namespace = { getByName: () => ({ terms }) } as unknown as Env["EVENT_DOOR"];

  /** Resolves when the Worker has responded; `settled`, when it has done its work after the response. */
  async function ask(method: string, path: string, asked: Asked = {}) {
    const behind: Promise<unknown>[] = [];
    const context = {
      waitUntil: (work: Promise<unknown>) => void behind.push(work),
      passThroughOnException: () => undefined,
      props: {},
    };
    const answered = await app.fetch(requestFor(method, path, asked), { ...env, EVENT_DOOR: namespace }, context);
    const settled = async () => {
      for (let done = 0; done < behind.length; done++) await behind[done];
    };
    return { answered, settled };
  }

  /** The same, once all is done. */
  async function askAndSettle(method: string, path: string, asked: Asked = {}): Promise<Response> {
    const { answered, settled } = await ask(method, path, asked);
    await settled();
    return answered;
  }

  return {
    told,
    doors: openDoors(namespace),
    namespace,
    ask,
    askAndSettle,
    /** The terms that were last delivered to the door of this event. */
    lastOf: (id: string) => must(told.findLast(({ eventId }) => eventId === id) ?? null, "it was told").terms,
  };
}

/** An organisation whose owner goes through such a Worker. */
export async function openDoorWorld(answer: Answer = taken) {
  const port = openDoorPort(answer);
  const tenant: Tenant = await openTenant();
  const { token } = tenant;
  const send = async (method: string, path: string, json?: object, from = token) => {
    const read = method === "POST" ? null : await port.askAndSettle("GET", path, { token });
    await read?.body?.cancel();
    const version = read?.headers.get("ETag") ?? null;
    const headers = version === null ? {} : { "If-Match": version };
    return port.askAndSettle(method, path, { token: from, headers, ...(json && { json }) });
  };
  return {
    ...port,
    tenant,
    /** Sends a change of what is there, in the version in which it is. */
    send,
    /** As `send`, which must succeed. */
    async done(method: string, path: string, json?: object): Promise<void> {
      const answer = await send(method, path, json);
      if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
      await answer.body?.cancel();
    },
    async create(path: string, json: object): Promise<string> {
      const body = await bodyOf(await port.askAndSettle("POST", path, { token, json }));
      if (body["id"] === undefined) throw new Error(`${path} answered ${JSON.stringify(body)}`);
      return String(body["id"]);
    },
  };
}

export const eventIdOf = (id: string): EventId => must(parseId("evt", id), "it was created");
export const versionOf = async (id: string): Promise<number> =>
  Number(await env.DB.prepare("SELECT door_version FROM events WHERE id = ?").bind(id).first("door_version"));
/** What waits for the door of this event. */
export const waitingFor = async (id: string): Promise<number[]> => {
  const rows = env.DB.prepare("SELECT version FROM sync_rows WHERE subject = 'door' AND target = ?").bind(id);
  return (await rows.all<{ version: number }>()).results.map(({ version }) => version);
};

/** An event with a pending delivery to its door. */
export async function changedEvent(event: Parameters<typeof seedShow>[1] = {}): Promise<EventId> {
  const { eventId } = await seedShow([{ total: 1, number: 1 }], event);
  await change(eventId);
  return eventId;
}

export async function change(eventId: EventId, now = Date.now()): Promise<void> {
  await db.batch([db.run(raiseDoorVersion(isEvent(eventId))), db.run(insertDoorSync(isEvent(eventId), now))]);
}
