// Shows the result of the last act at the top of the screen, where a screen reader reads it out.

import { announcement } from "../data/navigation.ts";

export function Announcement() {
  const text = announcement.value;
  return (
    <div role="status">
      {text && <p class={text.tone === "plain" ? "notice" : `notice notice-${text.tone}`}>{text.text}</p>}
    </div>
  );
}
