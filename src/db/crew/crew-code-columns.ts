// Names what is read of crew codes, by themselves and with their maker (rules D22, P2).

import { getTableColumns, type SQL, sql } from "drizzle-orm";
import { crewCodes } from "../schema/crew.ts";

export type CrewCodeRow = typeof crewCodes.$inferSelect;
/** `used`: how many devices were paired by it. */
export type CrewCode = CrewCodeRow & { readonly used: number };

// Names as text: in a select of one table the builder writes its columns without the table.

export const used: SQL<number> = sql<number>`(SELECT count(*) FROM devices AS paired
  WHERE paired.crew_code_id = crew_codes.id)`;

export const CREW_CODE_COLUMNS = { ...getTableColumns(crewCodes), used };

/** True of a code that has not ended, or a device of which is not revoked. */
export const restsOnMaker: SQL = sql`(crew_codes.ended_at IS NULL OR EXISTS (
  SELECT 1 FROM devices AS paired WHERE paired.crew_code_id = crew_codes.id AND paired.revoked_at IS NULL))`;
