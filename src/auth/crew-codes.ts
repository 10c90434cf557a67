// Makes crew codes (`vgc_…`), and the tokens of the devices that are paired by them (rule D22). Only the SHA-256 of each is
// stored. A code is not a bearer token: it is accepted only in the body of a pairing request.

import { createHmac } from "node:crypto";
import { encodeBody } from "../domain/ids.ts";
import { DEVICE_TOKEN_PREFIX } from "./secrets.ts";

const PURPOSE = "voelgoedevents device token\n";

export const CREW_CODE = /^vgc_[0-9a-hjkmnp-tv-z]{26}$/;

/** A new code from 16 random bytes: shown once, never stored. */
export function crewCodeFrom(random: Uint8Array): string {
  return `vgc_${encodeBody(random)}`;
}

/**
 * The token of the device that drew `pairingId`, 128 random bits that it keeps secret. A repeat computes the same token, so
 * that a lost response makes no second device. The whole crew has the code, but nobody can compute another device's token
 * from it.
 */
export function pairedToken(code: string, pairingId: string): string {
  return (
    DEVICE_TOKEN_PREFIX +
    createHmac("sha256", code)
      .update(PURPOSE + pairingId)
      .digest("base64url")
  );
}
