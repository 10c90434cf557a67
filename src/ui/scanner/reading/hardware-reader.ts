// Listens for a hardware reader on the whole page (rule W8). Characters that it types into a focused field are removed
// from there.

import { isReader, type Key, NOTHING_TYPED, PAUSE_MS, takeKey, takePause, type Typed, type Wedge } from "./wedge.ts";

/** Longer than the pause that ends a code, since a busy page may handle keys late. */
const NOTICED_MS = 2 * PAUSE_MS;

type Field = HTMLInputElement | HTMLTextAreaElement;
type Before = { readonly field: Field; readonly value: string };

/** Calls `onRead` with each code. Returns the function that stops listening. */
export function listenForReader(onRead: (text: string) => void): () => void {
  let wedge: Wedge = NOTHING_TYPED;
  let before: Before | null = null;
  let ending: ReturnType<typeof setTimeout> | undefined;

  function take({ wedge: next, read }: Typed): void {
    wedge = next;
    if (read === null) return;
    if (before !== null) putBack(before);
    before = null;
    onRead(read);
  }

  function pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const key: Key = { code: event.code, key: event.key, at: event.timeStamp };
    const isFirst = takePause(wedge, key.at).wedge.count === 0;
    const wasReader = isReader(wedge) && !isFirst;
    if (isFirst && key.key.length === 1) before = fieldOf(event.target);
    take(takeKey(wedge, key));
    // Only a reader types so fast, so its Enter must send no form, and its characters must reach no field.
    if (wasReader || isReader(wedge)) event.preventDefault();
    clearTimeout(ending);
    ending = setTimeout(() => take(takePause(wedge, wedge.lastAt + PAUSE_MS)), NOTICED_MS);
  }

  addEventListener("keydown", pressed, true);
  return () => {
    removeEventListener("keydown", pressed, true);
    clearTimeout(ending);
  };
}

function fieldOf(target: EventTarget | null): Before | null {
  const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  return isField ? { field: target, value: target.value } : null;
}

function putBack({ field, value }: Before): void {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
