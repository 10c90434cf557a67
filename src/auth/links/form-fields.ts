// Makes and reads the hidden field of each form of the shop. It is random, so that a form that is sent twice does one
// thing, and signed, so that the first form of a visit may create a shopper (rule S1). Layout: version 1 byte · random 16 ·
// time 6 (epoch ms) · HMAC-SHA256 32, as base64url after `vgf_`.

import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import type { ShopperSecrets } from "./shopper-tokens.ts";
import { bytesOfToken, isSealedBy, sealToken } from "./signed-token.ts";

const PREFIX = "vgf_";
const VERSION = 1;
const LABEL = "voelgoedevents form field\n";
const SHOPPER_LABEL = "voelgoedevents shopper of a form\n";
const RANDOM = 1;
const TIME = 17;
const LENGTH = 55;

/** A form that is older than this is refused, since what it first did is forgotten by then (rule H8). */
export const FORM_MS = 24 * 60 * 60 * 1_000;

/**
 * `key` is the same for every copy of the form. `shopper` has the 16 bytes of which the shopper's id is made; they are
 * never shown.
 */
export type FormField = { readonly key: string; readonly shopper: Uint8Array };

/** Makes a field from 16 random bytes; null without a secret. `now` is epoch ms. */
export function makeFormField(secrets: ShopperSecrets, random: Uint8Array, now: number): string | null {
  const secret = secrets.SHOPPER_TOKEN_SECRET;
  if (!secret) return null;
  const bytes = Buffer.alloc(LENGTH);
  bytes.writeUInt8(VERSION, 0);
  bytes.set(random.subarray(0, 16), RANDOM);
  bytes.writeUIntBE(now, TIME, 6);
  return sealToken(PREFIX, bytes, LABEL, secret);
}

/** Reads a field; null when we have not signed it, or more than a day ago. */
export function readFormField(secrets: ShopperSecrets, text: string, now: number): FormField | null {
  const bytes = bytesOfToken(PREFIX, text, LENGTH);
  if (bytes?.[0] !== VERSION) return null;
  const signingSecrets = [secrets.SHOPPER_TOKEN_SECRET, secrets.SHOPPER_TOKEN_SECRET_PREVIOUS];
  const secret = signingSecrets.find((each) => each && isSealedBy(each, LABEL, bytes));
  const age = now - bytes.readUIntBE(TIME, 6);
  if (!secret || age >= FORM_MS || age < -FORM_MS) return null;
  const random = bytes.subarray(RANDOM, TIME);
  const shopper = createHmac("sha256", secret).update(SHOPPER_LABEL).update(random).digest();
  return { key: random.toString("base64url"), shopper: shopper.subarray(0, 16) };
}
