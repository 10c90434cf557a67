// Organisations with their keys, and what they make of the catalogue over HTTP.

import { and, eq } from "drizzle-orm";
import type { CronContext } from "../../../src/app/jobs/cron.ts";
import { syncRows } from "../../../src/db/schema/sync.ts";
import { auditLog, organizations, venues } from "../../../src/db/schema/catalogue.ts";
import { type OrganizationId, parseId } from "../../../src/domain/ids.ts";
import type { Organiser, Role } from "../../../src/domain/people/policy.ts";
import { keyPermissions } from "../../../src/domain/people/policy.ts";
import { must } from "../../../src/domain/result.ts";
import type { Terms } from "../../../src/domain/terms.ts";
import { eventBody, ticketTypeBody, venueBody } from "../../support/server/catalogue/bodies.ts";
import { db, newOrganization, PORTS } from "./fixture.ts";
import { inside } from "./object.ts";
import { apiKey, ask, bodyOf, type Asked } from "./http.ts";

export { eventBody, gateBody, ticketTypeBody, venueBody } from "../../support/server/catalogue/bodies.ts";

export type Tenant = { readonly organizationId: OrganizationId; readonly token: string; readonly actor: Organiser };

/** An organisation with the key of an owner. */
export async function openTenant(role: Role = "owner"): Promise<Tenant> {
  const organizationId = await newOrganization();
  const { id, token } = await apiKey(organizationId, role);
  return { organizationId, token, actor: { kind: "api_key", id, organizationId, permissions: keyPermissions(role) } };
}

export async function suspend({ organizationId }: Tenant): Promise<void> {
  await db.update(organizations).set({ status: "suspended" }).where(eq(organizations.id, organizationId));
}

export async function archiveVenue(id: string): Promise<void> {
  await db
    .update(venues)
    .set({ status: "archived" })
    .where(eq(venues.id, id as typeof venues.$inferSelect.id));
}

/** The standard admission of a ticket type (rule D8). */
export const STANDARD = {
  ...{ entry: "once", gates: null, windows: null },
  ...{ per_day: null, max_entries: null, gap_minutes: null, admits: 1 },
};

/** The id in the response that a create must have. */
export async function created(path: string, token: string, json: object): Promise<string> {
  const answer = await ask("POST", path, { token, json });
  const body = await bodyOf(answer);
  if (answer.status !== 201) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(body)}`);
  return String(body["id"]);
}

export function newVenue({ token }: Tenant, changes: object = {}): Promise<string> {
  return created("/v1/venues", token, venueBody(changes));
}

export async function newEvent(tenant: Tenant, changes: object = {}): Promise<string> {
  const venueId = await newVenue(tenant);
  return created("/v1/events", tenant.token, eventBody(venueId, changes));
}

export function newTicketType({ token }: Tenant, eventId: string, changes: object = {}): Promise<string> {
  return created(`/v1/events/${eventId}/ticket-types`, token, ticketTypeBody(changes));
}

/** A draft with one ticket type of 100. */
export async function newDraft(tenant: Tenant, changes: object = {}): Promise<{ eventId: string; typeId: string }> {
  const eventId = await newEvent(tenant, changes);
  return { eventId, typeId: await newTicketType(tenant, eventId) };
}

export function move({ token }: Tenant, eventId: string, transition: string, asked: Asked = {}): Promise<Response> {
  return ask("POST", `/v1/events/${eventId}/${transition}`, { token, ...asked });
}

export async function published(tenant: Tenant, changes: object = {}): Promise<{ eventId: string; typeId: string }> {
  const draft = await newDraft(tenant, changes);
  const answer = await move(tenant, draft.eventId, "publish");
  if (answer.status !== 200) throw new Error(`not published: ${await answer.text()}`);
  return draft;
}

/**
 * A published event with room for the types that a test makes one after the other: each is one request then, and not
 * four.
 */
export async function newEventOnSale(tenant: Tenant): Promise<string> {
  const room = { capacity: 50_000 };
  const eventId = await created("/v1/events", tenant.token, eventBody(await newVenue(tenant, room), room));
  await newTicketType(tenant, eventId);
  const answer = await move(tenant, eventId, "publish");
  if (answer.status !== 200) throw new Error(`not published: ${await answer.text()}`);
  return eventId;
}

/** The cron's context at `now`, epoch ms. */
export function cronAt(now: number, ports: Partial<CronContext> = {}): CronContext {
  return {
    actor: { kind: "system", id: "system" },
    requestId: `cron-${crypto.randomUUID()}`,
    now,
    ...PORTS,
    sendMail: null,
    ...ports,
  };
}

/** The terms that the inventory of a type keeps, by status and version; null when it has none. */
export async function termsInside(typeId: string): Promise<{ version: number; eventStatus: string } | null> {
  const id = must(parseId("tt", typeId), "it was created");
  const rows = await inside(id, (_, state) => {
    const tables = state.storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'terms'").toArray();
    return tables.length === 0 ? [] : state.storage.sql.exec<{ body: string }>("SELECT body FROM terms").toArray();
  });
  const body = rows[0]?.body;
  if (body === undefined) return null;
  const { terms } = JSON.parse(body) as { terms: Terms };
  return { version: terms.version, eventStatus: terms.eventStatus };
}

/** The types to which D1 still has to deliver something. */
export async function undelivered(): Promise<string[]> {
  const rows = await db.select({ target: syncRows.target }).from(syncRows).where(eq(syncRows.subject, "terms"));
  return rows.map((row) => row.target);
}

/** The audit rows of a resource, oldest first. */
export async function auditOf({ organizationId }: Tenant, resourceId: string) {
  const rows = await db
    .select()
    .from(auditLog)
    .where(and(eq(auditLog.organization_id, organizationId), eq(auditLog.resource_id, resourceId)))
    .orderBy(auditLog.created_at);
  return rows.map((row) => ({ ...row, changes: JSON.parse(row.changes) as Record<string, unknown> }));
}

/** What inventories write by themselves at any time (rule K5): no trace of a change. */
const PROJECTED = new Set(["sold_count", "held_count", "withdrawn_count", "counts_seq", "counts_hash", "look_at"]);
const withoutProjection = (row: object) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !PROJECTED.has(name)));

/** Everything that a refused change must leave alone, to compare before and after. */
export async function traceOf({ organizationId }: Tenant): Promise<unknown> {
  const tables = ["venues", "gates", "events", "ticket_types", "audit_log"];
  const rows = await Promise.all(
    tables.map((table) =>
      db.$client.prepare(`SELECT * FROM ${table} WHERE organization_id = ?`).bind(organizationId).all(),
    ),
  );
  const [sync, keys] = await db.$client.batch([
    // Deliveries to feeds and doors run beside the response, so that their rows may go at any time.
    db.$client.prepare("SELECT target, subject, version FROM sync_rows WHERE subject NOT IN ('feed', 'door')"),
    db.$client.prepare("SELECT actor_id, route, key FROM idempotency_keys"),
  ]);
  return [
    ...rows.map((each) => each.results.map(withoutProjection)),
    must(sync, "asked").results,
    must(keys, "asked").results,
  ];
}

/** The paths of the fields that a 400 names; none when the resource was created. */
export async function faults(answer: Promise<Response>): Promise<string[]> {
  const body = await bodyOf(await answer);
  if (body["code"] === undefined) return [];
  if (body["code"] !== "invalid_request") return [`${String(body["status"])} ${String(body["code"])}`];
  return (body["errors"] as { path: string }[]).map((each) => each.path);
}

/** Reads the version, and changes what `path` names from there. */
export async function change({ token }: Tenant, path: string, json: object): Promise<Response> {
  const answer = await ask("GET", path, { token });
  await answer.body?.cancel();
  return ask("PATCH", path, { token, json, headers: { "If-Match": answer.headers.get("ETag") ?? '"1"' } });
}

/** Reads the version, and deletes what `path` names from there. */
export async function remove({ token }: Tenant, path: string): Promise<Response> {
  const answer = await ask("GET", path, { token });
  await answer.body?.cancel();
  return ask("DELETE", path, { token, headers: { "If-Match": answer.headers.get("ETag") ?? '"1"' } });
}
