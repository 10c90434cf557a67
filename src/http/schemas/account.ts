// The bodies of the routes of accounts: the fields that better-auth takes, under its names, and no others.

import { z } from "@hono/zod-openapi";
import { MAX_PASSWORD } from "../../auth/passwords.ts";
import { MAX_EMAIL } from "../../domain/limits.ts";
import { name } from "./catalogue.ts";

/** One spelling for one address: in lower case. */
export const email = z
  .string()
  .max(MAX_EMAIL)
  .transform((text) => text.toLowerCase())
  .pipe(z.email("Not an e-mail address"));
// Why no shortest: better-auth says so itself, and of an old one it does not matter.
const password = z.string().max(MAX_PASSWORD);
/** Where a link leads afterwards: a path of ours, else the page that says so and signs in. */
const callbackURL = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])/, "Not a path")
  .default("/account?confirmed=1");

export const SignUp = z.strictObject({ name, email, password, callbackURL });
export const SignIn = z.strictObject({ email, password, rememberMe: z.boolean().optional() });
export const Nothing = z.strictObject({}).nullable();
export const SendVerification = z.strictObject({ email, callbackURL });
export const RequestReset = z.strictObject({ email });
export const ResetPassword = z.strictObject({ token: z.string().max(200), newPassword: password });
export const ChangePassword = z
  .strictObject({ currentPassword: password, newPassword: password, revokeOtherSessions: z.boolean().optional() })
  // Whatever was sent: who changes a password wants nobody else signed in with the old one.
  .transform((given) => ({ ...given, revokeOtherSessions: true }));
export const RevokeSession = z.strictObject({ token: z.string().max(200) });
