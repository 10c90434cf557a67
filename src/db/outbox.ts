// Mails that nothing sends: kept for a day, for whoever runs the server to read.

import { sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { outbox } from "./schema-people.ts";

type Mail = { readonly to: string; readonly subject: string; readonly text: string; readonly id: string | null };

/** A message that is there already, by its `id`, is not written again. */
export async function writeMail(db: Db, { to, subject, text, id }: Mail, now: number): Promise<void> {
  await db.run(sql`INSERT INTO ${outbox} (recipient, subject, body, message_id, created_at)
    VALUES (${to}, ${subject}, ${text}, ${id}, ${now}) ON CONFLICT DO NOTHING`);
}
