// Opens a dialog when the API needs the password again (rule P8), and continues the call that waits for it.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../../../../client/client.ts";
import { callApi, passwordRequest } from "../../data/api.ts";
import { texts } from "../../language.ts";
import { refusal } from "../format.ts";

export function PasswordDialog() {
  return passwordRequest.value && <Dialog answer={passwordRequest.value} />;
}

function Dialog({ answer }: { readonly answer: (given: boolean) => void }) {
  const t = texts();
  const dialog = useRef<HTMLDialogElement>(null);
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const confirmed = await callApi("POST /api/auth/confirm-password", { body: { password } });
    if (confirmed.ok) return answer(true);
    setProblem(confirmed.problem);
  };
  return (
    <dialog ref={dialog} aria-labelledby="password-heading" onClose={() => answer(false)}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <h2 id="password-heading">{t.password.heading}</h2>
        <p>{t.password.lead}</p>
        <div class="field">
          <label for="password-again">{t.password.label}</label>
          <input
            id="password-again"
            type="password"
            autocomplete="current-password"
            required
            value={password}
            aria-describedby="password-error"
            aria-invalid={problem !== null}
            onInput={(e) => setPassword(e.currentTarget.value)}
          />
          <p class="error" id="password-error" role="alert">
            {problem ? refusal(problem) : ""}
          </p>
        </div>
        <div class="row">
          <button>{t.password.act}</button>
          <button type="button" class="button-quiet" onClick={() => dialog.current?.close()}>
            {t.form.cancel}
          </button>
        </div>
      </form>
    </dialog>
  );
}
