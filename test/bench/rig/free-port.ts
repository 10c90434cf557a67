// Finds a free port of this machine.

import { createServer } from "node:net";

export function freePort(): Promise<number> {
  return new Promise((settle, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => settle(typeof address === "object" && address ? address.port : 0));
    });
  });
}
