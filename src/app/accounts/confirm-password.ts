// Gives the password once more for a session, so that for an hour it may do what is sensitive (rule P8).

import { verifyPassword } from "../../auth/passwords.ts";
import type { Person } from "../../auth/sessions.ts";
import { notePasswordGiven, readPasswordHash } from "../../db/accounts/given-passwords.ts";
import type { Refusal } from "../../domain/errors.ts";
import { accept, refuse, type Result } from "../../domain/result.ts";
import type { Context } from "../context.ts";

/** `wrong_password`, or `unauthenticated` when the session ended while the password was looked at. */
export async function confirmPassword(
  { db, now }: Pick<Context, "db" | "now">,
  { id, sessionId }: Pick<Person, "id" | "sessionId">,
  password: string,
): Promise<Result<null, Refusal>> {
  const hash = await readPasswordHash(db, id);
  if (hash === null || !(await verifyPassword({ hash, password }))) return refuse({ code: "wrong_password" });
  return (await notePasswordGiven(db, sessionId, now)) ? accept(null) : refuse({ code: "unauthenticated" });
}
