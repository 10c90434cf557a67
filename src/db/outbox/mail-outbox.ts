// Keeps mails that were not sent: for the operator to read, or to be sent again (rule P9).

import { type SQL, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { invitations, outbox, verifications } from "../schema/people.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

type Mail = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly id?: string;
  readonly restsOn?: string;
};

/** For the operator to read: it is never sent. A message that is there already, by its `id`, is not written again. */
export async function writeMail(db: Db, mail: Mail, now: number): Promise<void> {
  await insertMail(db, mail, now, null);
}

/** Stores a mail to be sent again, for the first time in a minute. */
export async function keepMail(db: Db, mail: Mail, now: number): Promise<void> {
  await insertMail(db, mail, now, now + MINUTE_MS);
}

async function insertMail(db: Db, { to, subject, text, id, restsOn }: Mail, now: number, againAt: number | null) {
  await db.run(sql`INSERT INTO ${outbox} (recipient, subject, body, message_id, rests_on, created_at, again_at)
    VALUES (${to}, ${subject}, ${text}, ${id ?? null}, ${restsOn ?? null}, ${now}, ${againAt}) ON CONFLICT DO NOTHING`);
}

export type UnsentMail = { readonly id: number; readonly to: string; readonly subject: string; readonly text: string };

/**
 * Up to `limit` mails that are due and still of use. Each is put off before it is returned, to twice the last pause and at
 * most an hour, so that one whose sender dies is sent later, and two runs at once do not both send it.
 */
export async function takeDueMails(db: Db, now: number, limit: number): Promise<UnsentMail[]> {
  return db.all<UnsentMail>(sql`UPDATE ${outbox} SET failures = failures + 1,
      again_at = ${now} + MIN(${60 * MINUTE_MS}, ${2 * MINUTE_MS} << MIN(failures, 5))
    WHERE id IN (SELECT id FROM ${outbox} WHERE again_at <= ${now} AND ${isOfUse(now)} ORDER BY again_at LIMIT ${limit})
    RETURNING id, recipient AS "to", subject, body AS text`);
}

/** They were sent. */
export async function dropMails(db: Db, ids: readonly number[]): Promise<void> {
  await db.run(sql`DELETE FROM ${outbox} WHERE id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`);
}

/** Whether a mail is worth sending again: its invitation or link is valid at `now`, or it has none and is under a day old. */
function isOfUse(now: number): SQL {
  return sql`CASE WHEN rests_on IS NULL THEN ${outbox.created_at} > ${now - DAY_MS}
    ELSE EXISTS (SELECT 1 FROM ${verifications} WHERE ${verifications.identifier} = rests_on AND ${verifications.expires_at} > ${now})
      OR EXISTS (SELECT 1 FROM ${invitations} WHERE ${invitations.id} = rests_on AND ${invitations.expires_at} > ${now}) END`;
}

/** Mails that may be deleted: those for the operator after a day, the others once they are of no use. */
export function unusedMails(now: number): readonly SQL[] {
  const read = sql`created_at <= ${now - DAY_MS} AND again_at IS NULL`;
  // Not IS NOT NULL, which would scan the table.
  return [read, sql`again_at > 0 AND NOT ${isOfUse(now)}`];
}
