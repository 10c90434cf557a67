// Reads and writes crew codes (rules D22, P2, T1), with the one statement that pairs a device by one of them.

import { and, eq, type SQL, sql } from "drizzle-orm";
import { type FoundCrewCode, MAX_OPEN_CREW_CODES } from "../../domain/people/crew-code.ts";
import { KEPT_AFTER_END_MS } from "../../domain/events/event.ts";
import type { CrewCodeId, EventId, GateId, OrganizationId } from "../../domain/ids.ts";
import { CREW_PERMISSION, type Organiser, rolesWith } from "../../domain/people/policy.ts";
import { type Audit, writeAudited } from "../audit/audit.ts";
import type { Db } from "../client.ts";
import { createRow, type Provenance } from "../create.ts";
import { CREW_CODE_COLUMNS, type CrewCode, type CrewCodeRow, used } from "./crew-code-columns.ts";
import type { Device } from "./devices.ts";
import { isStill } from "../members/members.ts";
import { isOrganizationActive } from "../organizations/organizations.ts";
import { events, gates, organizations } from "../schema/catalogue.ts";
import { devices } from "../schema/credentials.ts";
import { crewCodes } from "../schema/crew.ts";
import { members } from "../schema/people.ts";
import { every, type PageQuery, type Placed, placed, readPage } from "../statements.ts";

/** True while who made the code may still give it (rule P2). */
const isGiven: SQL = sql`(crew_codes.creator_id IS NULL OR EXISTS (SELECT 1 FROM ${members} AS giving
  WHERE giving.organization_id = crew_codes.organization_id AND giving.user_id = crew_codes.creator_id
    AND giving.role IN (SELECT value FROM json_each(${JSON.stringify(rolesWith(CREW_PERMISSION))}))))`;

/** Those that are used up, over or ended stay in the list. */
export async function listCrewCodes(
  db: Db,
  organizationId: OrganizationId,
  eventId: EventId,
  query: PageQuery,
): Promise<Placed<CrewCode>[]> {
  const wanted = and(eq(crewCodes.organization_id, organizationId), eq(crewCodes.event_id, eventId));
  return placed(await readPage(db.select(CREW_CODE_COLUMNS).from(crewCodes).$dynamic(), crewCodes, wanted, query));
}

export async function readCrewCode(db: Db, organizationId: OrganizationId, id: CrewCodeId): Promise<CrewCode | null> {
  const isIt = and(eq(crewCodes.organization_id, organizationId), eq(crewCodes.id, id));
  const rows = await db.select(CREW_CODE_COLUMNS).from(crewCodes).where(isIt);
  return rows[0] ?? null;
}

/**
 * Writes the code while its event is the organisation's, has doors to man, and has not too many of them, its gate is one of
 * the event's venue, the organisation is active and its maker still may; false when it was not written.
 */
export function insertCrewCode(db: Db, code: CrewCodeRow, maker: Organiser, provenance: Provenance): Promise<boolean> {
  const { organization_id: organizationId, event_id: eventId, gate_id: gateId, created_at: now } = code;
  const eventIsManned = sql`EXISTS (SELECT 1 FROM ${events} WHERE ${events.id} = ${eventId}
    AND ${events.organization_id} = ${organizationId} AND ${isManned(now)})`;
  const allowed = every(
    eventIsManned,
    gateId === null ? null : isGateOf(gateId, eventId),
    sql`${openCodes(eventId, now)} < ${MAX_OPEN_CREW_CODES}`,
    isOrganizationActive(organizationId),
    isStill(maker),
  );
  return createRow(db, crewCodes, code, allowed, provenance);
}

/** Reads why `insertCrewCode` may have refused, except for reasons of the organisation and the code's maker. */
export async function readCrewCodeObstacles(
  db: Db,
  { event_id: eventId, gate_id: gateId, created_at: now }: CrewCodeRow,
): Promise<{ readonly isManned: boolean; readonly gateFound: boolean; readonly isFull: boolean }> {
  const gateFound = gateId === null ? sql`1` : isGateOf(gateId, eventId);
  const [row] = await db.all<{ manned: number; gate: number; open: number }>(sql`SELECT
    EXISTS (SELECT 1 FROM ${events} WHERE ${events.id} = ${eventId} AND ${isManned(now)}) AS manned,
    ${gateFound} AS gate, ${openCodes(eventId, now)} AS open`);
  return { isManned: row?.manned === 1, gateFound: row?.gate === 1, isFull: (row?.open ?? 0) >= MAX_OPEN_CREW_CODES };
}

/** Devices of an event are valid from its publishing until 7 days after its end. */
function isManned(now: number): SQL {
  return sql`${events.status} <> 'draft' AND ${events.end_time} > ${now - KEPT_AFTER_END_MS}`;
}

function isGateOf(gateId: GateId, eventId: EventId): SQL {
  return sql`EXISTS (SELECT 1 FROM ${gates} JOIN ${events} ON ${events.venue_id} = ${gates.venue_id}
    WHERE ${gates.id} = ${gateId} AND ${events.id} = ${eventId})`;
}

function openCodes(eventId: EventId, now: number): SQL {
  return sql`(SELECT count(*) FROM ${crewCodes} WHERE ${crewCodes.event_id} = ${eventId}
    AND ${crewCodes.ended_at} IS NULL AND ${crewCodes.expires_at} > ${now})`;
}

/** Ends the code with its audit row, unless it is ended or not the event's of this organisation: then nothing is written. */
export function endCrewCodeRow(db: Db, eventId: EventId, id: CrewCodeId, audit: Audit): Promise<boolean> {
  const end = sql`UPDATE ${crewCodes} SET ended_at = ${audit.at} WHERE ${crewCodes.id} = ${id} AND ended_at IS NULL
    AND ${crewCodes.event_id} = ${eventId} AND ${crewCodes.organization_id} = ${audit.organizationId}`;
  return writeAudited(db, end, audit);
}

/** The code with this SHA-256 (hex), also one that pairs nothing more, and the device whose token has that hash; null where there is none. */
export async function findPairing(
  db: Db,
  codeHash: string,
  tokenHash: string,
): Promise<{ readonly code: FoundCrewCode | null; readonly device: Device | null }> {
  const [codes, paired] = await db.batch([
    db
      .select({
        id: crewCodes.id,
        organizationId: crewCodes.organization_id,
        eventId: crewCodes.event_id,
        venueId: events.venue_id,
        gateId: crewCodes.gate_id,
        creatorId: crewCodes.creator_id,
        uses: crewCodes.uses,
        used,
        expiresAt: crewCodes.expires_at,
        endedAt: crewCodes.ended_at,
        eventEnd: events.end_time,
        isGiven: sql<boolean>`${isGiven}`.mapWith(Boolean),
        isSuspended: sql<boolean>`${organizations.status} <> 'active'`.mapWith(Boolean),
      })
      .from(crewCodes)
      .innerJoin(events, eq(events.id, crewCodes.event_id))
      .innerJoin(organizations, eq(organizations.id, crewCodes.organization_id))
      .where(eq(crewCodes.code_hash, codeHash)),
    db.select().from(devices).where(eq(devices.token_hash, tokenHash)),
  ]);
  return { code: codes[0] ?? null, device: paired[0] ?? null };
}

/**
 * Writes the device while its code makes one more (`explainNoDevice`), and its event ends as it was read; false when it was
 * not written. What was used is counted by the statement that writes, so that no two requests take the last use.
 */
export function insertPaired(db: Db, device: Device, code: FoundCrewCode, audit: Audit): Promise<boolean> {
  const isOpen = sql`EXISTS (SELECT 1 FROM crew_codes WHERE crew_codes.id = ${code.id} AND crew_codes.ended_at IS NULL
    AND crew_codes.expires_at > ${audit.at} AND ${used} < crew_codes.uses AND ${isGiven})`;
  const endsSo = sql`EXISTS (SELECT 1 FROM ${events} WHERE ${events.id} = ${code.eventId}
    AND ${events.end_time} = ${code.eventEnd} AND ${isManned(audit.at)})`;
  const allowed = every(isOpen, endsSo, isOrganizationActive(code.organizationId));
  return createRow(db, devices, device, allowed, { audit, repeatable: null });
}
