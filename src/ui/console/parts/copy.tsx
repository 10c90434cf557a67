// Draws the button that copies a text, and shows a message when the browser does not allow it.

import { useState } from "preact/hooks";
import { texts } from "../language.ts";

type Props = { readonly text: string; readonly label: string; readonly isLink?: boolean };

export function Copy({ text, label, isLink = false }: Props) {
  const { form } = texts();
  const [done, setDone] = useState<{ readonly text: string; readonly isCopied: boolean } | null>(null);
  const copy = async (): Promise<void> => {
    let isCopied = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // The origin is not secure, or the person forbade it.
      isCopied = false;
    }
    setDone({ text, isCopied });
  };
  const isDone = done?.text === text;
  return (
    <span class="row">
      <button type="button" class={isLink ? "button-link small" : "button-quiet"} onClick={() => void copy()}>
        {isDone && done.isCopied ? form.copied : label}
      </button>
      <span class="small error" role="status">
        {isDone && !done.isCopied && form.notCopied}
      </span>
    </span>
  );
}
