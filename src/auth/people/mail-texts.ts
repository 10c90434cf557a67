// Writes the mails about accounts: plain text with the reason, one link, and what to do if nobody asked for it.

import { unlinked } from "../../domain/text/text.ts";
import type { Mail } from "../mailer.ts";

/** To an account that has no password yet. */
export function confirmAddress(to: string, link: string): Mail {
  return {
    to,
    subject: "Confirm your e-mail address",
    text: letter(
      "An account was created with this e-mail address. Open this link to confirm that it is yours, and to set a password:",
      link,
      "The link works once, for an hour. If you did not create an account, ignore this mail: nobody can sign in to the account without the link.",
    ),
  };
}

export function resetPassword(to: string, link: string): Mail {
  return {
    to,
    subject: "Set a new password",
    text: letter(
      "A new password was requested. Open this link to set it:",
      link,
      "The link works once, for an hour; a later mail replaces it. A new password ends all sessions. If you did not request it, ignore this mail: nothing has changed.",
    ),
  };
}

/** `page` is where a new password can be requested. */
export function passwordChanged(to: string, page: string): Mail {
  return {
    to,
    subject: "Your password was changed",
    text: letter(
      "The password of your account was changed, and every session that was open has ended. If it was you, there is nothing to do. If it was not, set another one at once, by “Forgot the password?” on this page:",
      page,
      "Whoever changed it knew the password or read this mailbox: change the password of the mailbox too.",
    ),
  };
}

/** Sent to somebody who signs up a second time. A response that said so would show others that the account exists. */
export function accountExists(to: string, link: string): Mail {
  return {
    to,
    subject: "You have an account already",
    text: letter(
      "Somebody, perhaps you, tried to create an account with this e-mail address. You have one already. Sign in here:",
      link,
      "If you forgot the password, request a new one there. If it was not you, nothing has changed.",
    ),
  };
}

export function invite(to: string, organizationName: string, role: string, link: string): Mail {
  const organization = `"${unlinked(organizationName)}"`;
  return {
    to,
    subject: "An invitation to VoelgoedEvents",
    text: letter(
      `The organisation ${organization} invites you to work with it on VoelgoedEvents, as ${role.replace("_", " ")}. Open this link to accept:`,
      link,
      `The link works once, for 7 days, for ${to}. If you do not know ${organization}, ignore this mail.`,
    ),
  };
}

function letter(why: string, link: string, otherwise: string): string {
  return `${why}\n\n${link}\n\n${otherwise}\n`;
}
