// Has the settings of a phone that nobody has set yet.

import type { Settings } from "./phone-store.ts";

export const DEFAULT_SETTINGS: Settings = {
  ...{ gateId: null, direction: "in", sound: true, vibration: true, camera: true, cameraId: null, pin: null },
  isReady: false,
};
