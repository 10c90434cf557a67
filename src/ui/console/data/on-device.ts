// What is remembered on this device for whoever uses it next, so that nothing of anybody is in it. A storage that is refused
// remembers nothing.

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
    // Then it is chosen again the next time.
  }
}
