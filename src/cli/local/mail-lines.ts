// Prints the new mails of a local server, which stores them instead of sending them.

import { asc, gt } from "drizzle-orm";
import { outbox } from "../../db/schema/people.ts";
import { type Database, statements } from "../d1/database.ts";
import { say } from "../terminal/terminal.ts";

const LOOK_MS = 1_000;

/**
 * Prints mails from now on; earlier ones were printed, or no longer matter. `isStopping`: the server is being stopped, so a read
 * that fails then is no fault.
 */
export async function printMails(database: Database, isStopping: () => boolean): Promise<void> {
  let last = Math.max(0, ...(await mailsAfter(database, 0)).map(({ id }) => id));
  let looking = false;
  const look = async () => {
    if (looking) return;
    looking = true;
    try {
      for (const mail of await mailsAfter(database, last)) {
        last = mail.id;
        say(`\nMail to ${mail.recipient}: ${mail.subject}\n\n${indented(mail.body)}\n`);
      }
    } catch (fault) {
      if (!isStopping()) say(`The outbox cannot be read: ${String(fault)}`);
    } finally {
      looking = false;
    }
  };
  setInterval(() => void look(), LOOK_MS);
}

type Mail = { readonly id: number; readonly recipient: string; readonly subject: string; readonly body: string };

async function mailsAfter(database: Database, last: number): Promise<Mail[]> {
  const asked = statements.select().from(outbox).where(gt(outbox.id, last)).orderBy(asc(outbox.id));
  const rows = await database.read(asked.toSQL());
  return rows.map((row) => ({
    id: Number(row["id"]),
    recipient: String(row["recipient"]),
    subject: String(row["subject"]),
    body: String(row["body"]),
  }));
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => (line === "" ? "" : `    ${line}`))
    .join("\n");
}
