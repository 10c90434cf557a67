// Requests from the browser what the scanner needs of a phone: to be its only window, a screen that stays on, and storage that
// is kept. Each can be refused, and the result shows it.

/**
 * True once this is the only open scanner of the phone, and then for as long as the page lives. `onOther`: another one is open,
 * and this one waits for its end.
 */
export async function becomeOnlyTab(onOther: () => void): Promise<void> {
  if (!("locks" in navigator)) return;
  const free = await hold({ ifAvailable: true });
  if (free) return;
  onOther();
  await hold({});
}

/** Resolves when it is held, or at once with false when it is not free. It is let go with the page. */
function hold(options: LockOptions): Promise<boolean> {
  return new Promise((settle) => {
    void navigator.locks.request("voelgoed-scanner", options, (lock) => {
      settle(lock !== null);
      return lock === null ? undefined : new Promise<void>(() => undefined);
    });
  });
}

let wakeLock: WakeLockSentinel | null = null;

/** Whether the screen stays on. Asked again after the page was hidden, which ends it. */
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
