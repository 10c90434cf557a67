// Checks a person's password again, after which their session may do sensitive actions for an hour (rule P8).

import { verifyPassword } from "../../auth/people/passwords.ts";
import type { Person } from "../../auth/people/sessions.ts";
import { notePasswordTime, readPasswordHash } from "../../db/accounts/password-times.ts";
import type { Refusal } from "../../domain/errors.ts";
import { accept, refuse, type Result } from "../../domain/result.ts";
import type { Context } from "../context.ts";

/** Refuses with `wrong_password`, or with `unauthenticated` when the session ended while the password was checked. */
export async function confirmPassword(
  { db, now }: Pick<Context, "db" | "now">,
  { id, sessionId }: Pick<Person, "id" | "sessionId">,
  password: string,
): Promise<Result<null, Refusal>> {
  const hash = await readPasswordHash(db, id);
  if (hash === null || !(await verifyPassword({ hash, password }))) return refuse({ code: "wrong_password" });
  return (await notePasswordTime(db, sessionId, now)) ? accept(null) : refuse({ code: "unauthenticated" });
}
