// Sends a supervisor's notice to all gates, which show it until it is taken down.

import { useState } from "preact/hooks";
import type { Problem } from "../../../../client/client.ts";
import { callApi } from "../../data/api.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import type { LiveEvent } from "../../data/live-event.ts";
import { refusal } from "../../parts/format.ts";

export function Notice({ eventId, live }: { readonly eventId: string; readonly live: LiveEvent }) {
  const t = texts();
  const { door } = t.house;
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const shown = live.state.value?.notice?.text ?? null;
  const send = async (text: string | null): Promise<void> => {
    const sent = await callApi("PUT /v1/events/{id}/desk/notice", { id: eventId, body: { text } });
    setProblem(sent.ok ? null : sent.problem);
    if (!sent.ok) return;
    setTyped("");
    announce(text === null ? door.noticeTaken : door.noticeSent);
  };
  return (
    <section class="card stack" aria-labelledby="notice">
      <h2 id="notice">{door.notice}</h2>
      {shown === null ? (
        <p class="muted">{door.noticeNone}</p>
      ) : (
        <div class="row row-apart">
          <p>
            <span class="small muted">{door.noticeNow}:</span> <span class="strong">{shown}</span>
          </p>
          <button type="button" class="button-quiet" onClick={() => void send(null)}>
            {door.noticeTake}
          </button>
        </div>
      )}
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() !== "") void send(typed.trim());
        }}
      >
        <div class="field">
          <label for="notice-text">{t.fields.notice.label}</label>
          <input id="notice-text" maxLength={280} value={typed} onInput={(e) => setTyped(e.currentTarget.value)} />
        </div>
        {problem && (
          <p class="error" role="alert">
            {refusal(problem)}
          </p>
        )}
        <div>
          <button class="button-quiet" disabled={typed.trim() === ""}>
            {door.noticeSend}
          </button>
        </div>
      </form>
    </section>
  );
}
