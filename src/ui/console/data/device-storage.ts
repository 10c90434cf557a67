// Stores choices on this device for the next person who uses it, so nothing personal may be in it. Where storage is
// refused, nothing is stored.

export function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Storage is refused: it is chosen again next time.
  }
}
