// Serves where to report a weakness (RFC 9116), once SECURITY_CONTACT is set.

import { originOf } from "../../middleware/origin.ts";
import { problem } from "../../problems/problem.ts";
import { newRouter } from "../../routing.ts";
import { toIso } from "../../schemas/common.ts";

export const securityTxt = newRouter();

const CONTACTS = [/^mailto:[\x21-\x7e]+$/, /^https:\/\/[\x21-\x7e]+$/];
/** The text is written for each request, so it expires only after the server has stopped serving it. */
const GOOD_FOR_MS = 180 * 24 * 60 * 60_000;

securityTxt.get("/.well-known/security.txt", (c) => {
  const { SECURITY_CONTACT: contact } = c.env;
  const origin = originOf(c);
  if (origin === null || !CONTACTS.some((known) => known.test(contact))) return problem(c, { code: "not_found" });
  const lines = [
    `Contact: ${contact}`,
    `Expires: ${toIso(Date.now() + GOOD_FOR_MS)}`,
    "Preferred-Languages: en, af",
    `Canonical: ${origin}/.well-known/security.txt`,
  ];
  c.header("Cache-Control", "public, max-age=86400");
  return c.text(`${lines.join("\n")}\n`);
});
