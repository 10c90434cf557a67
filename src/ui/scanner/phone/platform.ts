// Requests from the browser what the scanner needs of a phone: to be its only window, a screen that stays on, and
// durable storage. The browser may refuse each of them, and the result says so.

/**
 * Resolves once this is the only open scanner of the phone, which it then remains as long as the page lives. `onOther`
 * is called when another one is open and this one has to wait.
 */
export async function becomeOnlyTab(onOther: () => void): Promise<void> {
  if (!("locks" in navigator)) return;
  const free = await hold({ ifAvailable: true });
  if (free) return;
  onOther();
  await hold({});
}

/**
 * Resolves with true once the lock is held, or at once with false when it is not free. The browser releases it with the
 * page.
 */
function hold(options: LockOptions): Promise<boolean> {
  return new Promise((settle) => {
    void navigator.locks.request("voelgoed-scanner", options, (lock) => {
      settle(lock !== null);
      return lock === null ? undefined : new Promise<void>(() => undefined);
    });
  });
}

let wakeLock: WakeLockSentinel | null = null;

/** Whether the screen stays on. To be called again after the page was hidden, since that ends it. */
export async function stayAwake(): Promise<boolean> {
  if (!("wakeLock" in navigator)) return false;
  if (wakeLock?.released === false) return true;
  try {
    wakeLock = await navigator.wakeLock.request("screen");
    return true;
  } catch {
    return false;
  }
}

/** Whether the browser promises not to throw away what is stored here. */
export async function keepStorage(): Promise<boolean> {
  if (!("storage" in navigator)) return false;
  return (await navigator.storage.persisted()) || (await navigator.storage.persist());
}

/** Makes the browser ask before it closes a page with unsent rows. */
export function guardClosing(hasUnsent: () => boolean): void {
  addEventListener("beforeunload", (event) => {
    if (hasUnsent()) event.preventDefault();
  });
}
