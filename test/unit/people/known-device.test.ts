// The cookie of a known browser (rule P6), against a layout that is written down here once more.

import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { KNOWN_DEVICE_MS, knownDeviceCookie, knownDeviceIn } from "../../../src/auth/people/known-device.ts";

const KEYS = { secret: "the secret of the sessions", origin: "https://tickets.example" };
const [EMAIL, NOW] = ["a@example.com", 1_800_000_000_000];
const ENDS = NOW + KNOWN_DEVICE_MS;
const cookieBy = (key: string | Buffer, text: string) =>
  `__Secure-voelgoed.known_device=${ENDS}.${createHmac("sha256", key).update(text).digest("base64url")}`;

test("[P6] is signed by a key of its own, which is made of the secret of the sessions and is not it", () => {
  const own = createHmac("sha256", KEYS.secret).update("voelgoedevents known device\n").digest();
  const cookie = cookieBy(own, `${EMAIL}\n${ENDS}`);
  expect(knownDeviceCookie(KEYS, EMAIL, NOW).split(";")[0]).toBe(cookie);
  expect(knownDeviceIn(KEYS, cookie, EMAIL, ENDS - 1)).not.toBeNull();
  for (const text of [`${EMAIL}\n${ENDS}`, `voelgoedevents known device\n${EMAIL}\n${ENDS}`])
    expect(knownDeviceIn(KEYS, cookieBy(KEYS.secret, text), EMAIL, NOW)).toBeNull();
});
