// Draws a list of things to do, done or not. `href` or `act` leads to where each is done.

import { texts } from "../../language.ts";

export type Line = {
  readonly text: string;
  readonly isDone: boolean;
  readonly href?: string;
  readonly act?: () => void;
};

export function Checklist({ items }: { readonly items: readonly Line[] }) {
  const { done } = texts().home;
  return (
    <ol class="checklist plain">
      {items.map((line) => (
        <li key={line.text} class={line.isDone ? "is-done" : ""}>
          <What line={line} />
          {line.isDone && <span class="unseen"> ({done})</span>}
        </li>
      ))}
    </ol>
  );
}

/** A line that is not done links to where it can be done. */
function What({ line: { text, isDone, href, act } }: { readonly line: Line }) {
  if (isDone || (href === undefined && act === undefined)) return <span>{text}</span>;
  if (href !== undefined) return <a href={href}>{text}</a>;
  return (
    <button type="button" class="button-link" onClick={act}>
      {text}
    </button>
  );
}
