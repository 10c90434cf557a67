// What is changed of an order that D1 alone has (rule H13): whom it is for, and nothing else.

import type { OrderId } from "../../domain/ids.ts";
import { type Audit, insertAudit } from "../audit/audit.ts";
import type { Db } from "../client.ts";
import { eraseContacts } from "../projection/projection.ts";

/** One batch; of several at once one writes its audit row. */
export async function eraseOrderContact(db: Db, id: OrderId, audit: Audit): Promise<void> {
  await db.batch([...eraseContacts(db, [id]), db.run(insertAudit(audit))]);
}
