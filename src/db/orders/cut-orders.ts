// Erases the contact of an order that only D1 still has (rule H13). Nothing else of such an order is ever changed.

import type { OrderId } from "../../domain/ids.ts";
import { type Audit, insertAudit } from "../audit/audit.ts";
import type { Db } from "../client.ts";
import { eraseContacts } from "../projection/projection.ts";

/** One batch; of several at once only one writes its audit row. */
export async function eraseOrderContact(db: Db, id: OrderId, audit: Audit): Promise<void> {
  await db.batch([...eraseContacts(db, [id]), db.run(insertAudit(audit))]);
}
