// Asks for the password where the API asks for it again (rule P8), and lets what waited for it go on.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../../../client/client.ts";
import { ask, passwordAsked } from "../data/api.ts";
import { texts } from "../data/language.ts";
import { refusal } from "./shown.ts";

export function PasswordAsked() {
  return passwordAsked.value && <Dialog answer={passwordAsked.value} />;
}

function Dialog({ answer }: { readonly answer: (given: boolean) => void }) {
  const t = texts();
  const dialog = useRef<HTMLDialogElement>(null);
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const confirmed = await ask("POST /api/auth/confirm-password", { body: { password } });
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
