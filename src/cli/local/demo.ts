// Makes the demonstration's ids and credentials once, and keeps them in demo.json of the state folder.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { newApiKey, newDeviceToken, newId, newPassword } from "../rows/credentials.ts";
import { idFrom, type IdPrefix } from "../../domain/ids.ts";
import type { Role } from "../../domain/people/policy.ts";
import { PUT_BACK, readJson, writePrivate } from "./private-file.ts";
import { fail } from "../terminal/terminal.ts";

export const DEMO_ROLES = ["owner", "admin", "staff", "viewer"] as const;
export const DEMO_SLUGS = ["bosveld-live", "kaap-nights"] as const;
export type DemoRole = (typeof DEMO_ROLES)[number];

/**
 * The content of the file. The type is that of the function that makes it, so ids are the branded ones of domain/ids.ts.
 */
export type Demo = ReturnType<typeof makeDemo>;

export function demoPath(stateDir: string): string {
  return join(stateDir, "demo.json");
}

/** The demonstration of this folder, or the one that it will have once `keepDemo` has written it. */
export function prepareDemo(stateDir: string): Demo {
  return readDemo(stateDir) ?? makeDemo("");
}

/**
 * The demonstration of this state folder. The file is written before the rows, so that a start that was killed in between
 * finds it and seeds the same ids and keys. Only `base_url` is ever rewritten. `prepared`: what a first start writes.
 */
export function keepDemo(stateDir: string, baseUrl: string, prepared: Demo = prepareDemo(stateDir)): Demo {
  const stored = readDemo(stateDir);
  const demo = { ...(stored ?? prepared), base_url: baseUrl };
  if (stored?.base_url !== baseUrl) writePrivate(demoPath(stateDir), `${JSON.stringify(demo, null, 2)}\n`);
  return demo;
}

/** Null before the first start. Ends the command when the file lacks anything that `keepDemo` writes. */
export function readDemo(stateDir: string): Demo | null {
  const path = demoPath(stateDir);
  const value = readJson(path);
  if (value === null || isDemo(value)) return value;
  return fail(`${path} is incomplete. ${PUT_BACK}`);
}

function isDemo(value: unknown): value is Demo {
  return hasShapeOf(makeDemo(""), value);
}

function hasShapeOf(model: unknown, value: unknown): boolean {
  if (typeof model !== "object" || model === null) return typeof value === typeof model;
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(model).every(([key, each]) => hasShapeOf(each, Reflect.get(value, key)));
}

/**
 * The event of the demonstration whose doors are open. Its ids are computed from the organisation's, so that a folder of an
 * earlier version without it gets it too, and the file needs no change.
 */
export function openEventOf({ organization }: Demo) {
  const id = <P extends IdPrefix>(prefix: P, name: string): ReturnType<typeof idFrom<P>> =>
    idFrom(prefix, createHash("sha256").update(`${organization.id} ${name}`).digest());
  const types = [id("tt", "open general"), id("tt", "open vip"), id("tt", "open free")] as const;
  return { id: id("evt", "open"), ticket_type_ids: types };
}

/** Whether the event is of the demonstration's own organisation, so that its credentials work for it. */
export function isOwnEvent(demo: Demo, id: string): boolean {
  return [demo.event_id, demo.draft_event_id, openEventOf(demo).id].some((own) => own === id);
}

export type DemoAccount = { readonly email: string; readonly password: string };

/** One account for each role. */
function makePeople(slug: string) {
  const account = (role: string): DemoAccount => ({ email: `${role}@${slug}.example`, password: newPassword() });
  return {
    owner: account("owner"),
    accounts: {
      admin: account("admin"),
      staff: account("staff"),
      viewer: account("viewer"),
      scanner_only: account("scanner"),
    } satisfies Record<Exclude<Role, "owner">, DemoAccount>,
  };
}

function makeDemo(baseUrl: string) {
  const [slug, otherSlug] = DEMO_SLUGS;
  return {
    base_url: baseUrl,
    organization: { id: newId("org"), slug },
    ...makePeople(slug),
    api_keys: { owner: newApiKey(), admin: newApiKey(), staff: newApiKey(), viewer: newApiKey() } satisfies Record<
      DemoRole,
      string
    >,
    device_token: newDeviceToken(),
    venue_id: newId("ven"),
    gate_ids: [newId("gate"), newId("gate"), newId("gate")] as const,
    event_id: newId("evt"),
    ticket_type_ids: [newId("tt"), newId("tt"), newId("tt")] as const,
    draft_event_id: newId("evt"),
    other_organization: {
      id: newId("org"),
      slug: otherSlug,
      api_key: newApiKey(),
      event_id: newId("evt"),
      ticket_type_ids: [newId("tt")] as const,
    },
  };
}
