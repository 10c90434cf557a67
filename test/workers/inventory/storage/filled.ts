// Fills an inventory object with what days of selling leave behind, straight into its tables: rows by the million.

import type { TicketTypeId } from "../../../../src/domain/ids.ts";
import { inside, TTL_MS } from "../../support/object.ts";

const A_STATEMENT = 100_000;

const HOLDS = `INSERT INTO holds (id, user_id, quantity, status, source, notes, unit_price, held_until,
    first_placed_at, extension_keys, created_at, updated_at, order_id, placed_seq, seq)
  WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ?2)
  SELECT 'hold_' || lower(hex(randomblob(26))), 'shp_' || lower(hex(randomblob(13))), 1, 'cancelled', 'web', NULL, 15000,
    ?3 + ${TTL_MS}, ?3, '', ?3, ?3, NULL, ?1 + 2 * n - 1, ?1 + 2 * n FROM s`;
/** `back`: how far a hold's row lies before its last; `held`: how many are held after it, beside those of `?4`. */
const rowsOf = (kind: "hold" | "release", back: 0 | 1, held: 0 | 1) => `INSERT INTO ledger
    (seq, at, kind, hold_id, order_id, quantity, total, sold, held, withdrawn, actor, request_id, hash)
  SELECT seq - ${back}, ?3, '${kind}', id, NULL, 1, ?5, ?6, ?4 + ${held}, 0, user_id, substr(id, 6, 36), substr(id || user_id, 6, 64)
  FROM holds WHERE seq > ?1 AND seq <= ?1 + 2 * ?2`;

/**
 * Adds `count` holds of one ticket that were placed and released one after the other, all at `at`, with both of their
 * ledger rows, and wakes the memory. The rows are as the object's own except for the hash, which nobody checks here.
 */
export function fillReleased(typeId: TicketTypeId, count: number, at: number): Promise<void> {
  return inside(typeId, (object, { storage }) => {
    const { seq, total, sold, held } = object.ledger.book().head;
    storage.transactionSync(() => {
      for (let done = 0; done < count; done += A_STATEMENT) {
        const [from, some] = [seq + 2 * done, Math.min(A_STATEMENT, count - done)];
        storage.sql.exec(HOLDS, from, some, at).toArray();
        storage.sql.exec(rowsOf("hold", 1, 1), from, some, at, held, total, sold).toArray();
        storage.sql.exec(rowsOf("release", 0, 0), from, some, at, held, total, sold).toArray();
      }
    });
    object.ledger.reload();
  });
}
