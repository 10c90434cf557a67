// What the last act came to, read out to a screen reader, at the top of the screen.

import { saying } from "../data/going.ts";

export function Said() {
  const said = saying.value;
  return (
    <div role="status">
      {said && <p class={said.tone === "plain" ? "notice" : `notice notice-${said.tone}`}>{said.text}</p>}
    </div>
  );
}
