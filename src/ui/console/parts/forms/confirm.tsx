// Opens a dialog before something that cannot be undone (rule C7): what it does and to whom, with a button to go back.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Problem } from "../../../../client/client.ts";
import { texts } from "../../language.ts";
import { refusal } from "../format.ts";

/** `act` resolves with the refusal, or null. `name` has to be typed before the button works; only for deletions. */
export type Question = {
  readonly title: string;
  readonly does: ComponentChildren;
  readonly button: string;
  readonly isDanger?: boolean;
  readonly name?: string;
  readonly act: () => Promise<Problem | null>;
};

export function Confirm({ question, close }: { readonly question: Question; close(): void }) {
  const t = texts();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    // The button to go back has the focus, so that pressing Enter once too often does nothing.
    if (question.isDanger && question.name === undefined) back.current?.focus();
  }, []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    const refused = await question.act();
    setBusy(false);
    setProblem(refused);
    if (refused === null) dialog.current?.close();
  };
  const isNamed = question.name === undefined || typed.trim() === question.name;
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={close}>
      <form class="stack" onSubmit={(event) => void submit(event)} aria-busy={isBusy}>
        <h2 id={id}>{question.title}</h2>
        <div>{question.does}</div>
        {question.name !== undefined && (
          <div class="field">
            <label for={`${id}-name`}>{t.form.typeName(question.name)}</label>
            <input
              id={`${id}-name`}
              value={typed}
              autocomplete="off"
              onInput={(e) => setTyped(e.currentTarget.value)}
            />
          </div>
        )}
        {problem && (
          <p class="error" role="alert">
            {refusal(problem)}
          </p>
        )}
        <div class="row">
          <button class={question.isDanger ? "button-danger" : ""} disabled={isBusy || !isNamed}>
            {question.button}
          </button>
          <button type="button" class="button-quiet" ref={back} onClick={() => dialog.current?.close()}>
            {t.form.back}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** A button that opens the dialog first. */
export function ButtonWithQuestion({
  question,
  label,
  kind = "quiet",
}: {
  question: Question;
  label: string;
  kind?: "quiet" | "link" | "main";
}) {
  const [isOpen, setOpen] = useState(false);
  const classes = { quiet: "button-quiet", link: "button-link small", main: "" };
  return (
    <>
      <button type="button" class={classes[kind]} onClick={() => setOpen(true)}>
        {label}
      </button>
      {isOpen && <Confirm question={question} close={() => setOpen(false)} />}
    </>
  );
}
