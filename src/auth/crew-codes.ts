// Crew codes (`vgc_…`), and the tokens of the devices that are paired by them (rule D22). Both are known to us by their
// SHA-256 only. A code is no bearer: it is taken in the body of a pairing alone.

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
 * The token of the device that draws `pairingId`, 128 random bits which it keeps to itself. A repeat computes the same
 * one, so that a lost answer costs no second device; who has the code alone, as all of a crew have, computes nobody's.
 */
export function pairedToken(code: string, pairingId: string): string {
  return (
    DEVICE_TOKEN_PREFIX +
    createHmac("sha256", code)
      .update(PURPOSE + pairingId)
      .digest("base64url")
  );
}
