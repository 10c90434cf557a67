// Defines the bodies of the routes of accounts: the fields that they take, under better-auth's names, and no others.

import { z } from "@hono/zod-openapi";
import { isCommonPassword } from "../../../auth/people/common-passwords.ts";
import { MAX_PASSWORD, MIN_PASSWORD } from "../../../auth/people/passwords.ts";
import { name } from "../catalogue/catalogue.ts";
import { email } from "../common.ts";

/** A password that was set before; the minimum length applies to new ones alone. */
const password = z.string().max(MAX_PASSWORD);
const newPassword = password
  .min(MIN_PASSWORD, `At least ${MIN_PASSWORD} characters`)
  .refine((given) => !isCommonPassword(given), "This password is easy to guess");

/** Without a password, which the link of the mail sets (rule P4). */
export const SignUp = z.strictObject({ name, email });
export const SignIn = z.strictObject({ email, password, rememberMe: z.boolean().optional() });
export const Nothing = z.strictObject({}).nullable();
export const RequestReset = z.strictObject({ email });
export const ResetPassword = z.strictObject({ token: z.string().max(200), newPassword });
export const ChangePassword = z
  .strictObject({ currentPassword: password, newPassword, revokeOtherSessions: z.boolean().optional() })
  // Set whatever was sent: a change of the password ends every session that the old one opened.
  .transform((given) => ({ ...given, revokeOtherSessions: true }));
export const GivenPassword = z
  .strictObject({ password: password.openapi({ example: "correct horse battery" }) })
  .openapi("GivenPassword");
export const RevokeSession = z.strictObject({ token: z.string().max(200) });
