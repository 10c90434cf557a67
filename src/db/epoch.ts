// Reads the epoch of D1's history (rule X6): the time of its last restore, 0 when there was none. D1 sends it to
// objects with everything else, so that an object can distinguish a newer state from one of a history that a restore
// has undone.

import { sql } from "drizzle-orm";
import { restores } from "./schema/sync.ts";

export const EPOCH = sql<number>`(SELECT COALESCE(MAX(epoch), 0) FROM ${restores})`;
