// Checks whether a port of this machine is free to listen on.

import { createServer } from "node:net";

/** Port 0 means any free port. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const probe = createServer();
    probe.once("error", () => settle(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => settle(true)));
  });
}
