// Keeps the version of the page (rule W10): the service worker serves the version that this phone has taken. Only this
// file takes another one, and only while nothing is unsent.

import { isUnsent } from "../door/rows/rows.ts";
import type { PhoneStore } from "./phone-store.ts";

const WAIT_MS = 2_000;

/**
 * Registers the service worker. Resolves with true when another version was taken, so that the page has to be reloaded.
 * Never rejects.
 */
export async function keepVersion(store: PhoneStore): Promise<boolean> {
  if (!("serviceWorker" in navigator)) return false;
  try {
    const registered = navigator.serviceWorker.register("/scan-sw.js", { scope: "/scan", updateViaCache: "none" });
    registered.catch(() => undefined);
    const worker = navigator.serviceWorker.controller;
    if (worker === null || (await store.rows()).some(isUnsent)) return false;
    return await take(worker);
  } catch {
    return false;
  }
}

function take(worker: ServiceWorker): Promise<boolean> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((settle) => {
    port1.addEventListener("message", ({ data }) => settle(data === "taken"));
    port1.start();
    setTimeout(settle, WAIT_MS, false);
    worker.postMessage("take", [port2]);
  });
}
