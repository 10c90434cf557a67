// Shows the result of the last act at the top of the screen, where a screen reader reads it out.

import { announcement } from "../data/navigation.ts";

export function Announcement() {
  const said = announcement.value;
  return (
    <div role="status">
      {said && <p class={said.tone === "plain" ? "notice" : `notice notice-${said.tone}`}>{said.text}</p>}
    </div>
  );
}
