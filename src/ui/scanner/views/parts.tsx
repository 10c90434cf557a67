// Has the small parts that several screens of the scanner are made of.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Stage } from "../stage.ts";

export type ScreenProps = { readonly stage: Stage };

/**
 * A screen other than scanning. When it appears, its heading gets the focus, or its first field if the screen is for
 * that field.
 */
export function Sheet({
  title,
  back,
  isForField = false,
  children,
}: {
  readonly title: string;
  readonly isForField?: boolean;
  readonly back?: { readonly label: string; readonly act: () => void };
  readonly children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const main = useRef<HTMLElement>(null);
  useEffect(() => ((isForField && main.current?.querySelector("input")) || heading.current)?.focus(), []);
  return (
    <main ref={main} class="page page-narrow stack sheet" id="main">
      {back && (
        <button type="button" class="button-link back" onClick={back.act}>
          ← {back.label}
        </button>
      )}
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </main>
  );
}

export function backToScan({ t, screen }: Stage) {
  return { label: t.scan.back, act: () => void (screen.value = "scan") };
}

export const isAlone = ({ session }: Stage): boolean => session.value?.state.link.value.kind === "alone";

/** Says, while the door does not reply, that this screen needs it. */
export function NeedsNetwork({ stage, text }: ScreenProps & { readonly text: string }) {
  return <div role="status">{isAlone(stage) && <p class="notice notice-warn">{text}</p>}</div>;
}

/** A field with what is wrong with it. */
export function Field(props: {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly error?: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly input?: Readonly<Record<string, string | number | boolean>>;
}) {
  const { id, label, hint, error = "", value, onInput, input = {} } = props;
  const described = [hint === undefined ? "" : `${id}-hint`, `${id}-error`].join(" ").trim();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint !== undefined && <small id={`${id}-hint`}>{hint}</small>}
      <input
        id={id}
        value={value}
        aria-describedby={described}
        aria-invalid={error !== ""}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
        {...input}
      />
      <p class="error" id={`${id}-error`}>
        {error}
      </p>
    </div>
  );
}

/**
 * A form with one field. `submit` returns what is wrong with the typed text, or "" for success, after which the field
 * is cleared.
 */
export function OneFieldForm(props: {
  readonly field: Pick<Parameters<typeof Field>[0], "id" | "label" | "hint" | "input">;
  readonly button: string;
  readonly submit: (typed: string) => string | Promise<string>;
  /** A second button. `act` returns what `submit` does. The typed text stays. */
  readonly instead?: { readonly button: string; readonly act: () => Promise<string> } | null;
  readonly isCard?: boolean;
  readonly isQuiet?: boolean;
  /** Above the field. */
  readonly children?: ComponentChildren;
}) {
  const { field, button, submit, instead = null, isCard = false, isQuiet = false, children } = props;
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState("");
  const [isBusy, setBusy] = useState(false);
  async function run(act: () => string | Promise<string>): Promise<string> {
    setBusy(true);
    try {
      const refused = await act();
      setWrong(refused);
      return refused;
    } finally {
      // Also after a fault; otherwise the form could never be sent again.
      setBusy(false);
    }
  }
  async function send(): Promise<void> {
    if ((await run(() => submit(typed.trim()))) === "") setTyped("");
  }
  return (
    <form
      class={isCard ? "card stack" : "stack"}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {children}
      <Field {...field} {...{ error: wrong, value: typed, onInput: setTyped }} />
      <button class={isQuiet ? "button-quiet" : "button-wide"} disabled={isBusy}>
        {button}
      </button>
      {instead && (
        <button type="button" class="button-quiet" disabled={isBusy} onClick={() => void run(instead.act)}>
          {instead.button}
        </button>
      )}
    </form>
  );
}

/** One line of a list of facts, good or bad, with what can be done about it. */
export function Fact({
  name,
  tone,
  children,
}: {
  readonly name: string;
  readonly tone: "good" | "warn" | "plain";
  readonly children: ComponentChildren;
}) {
  return (
    <li class={`fact fact-${tone}`}>
      <span class="fact-mark" aria-hidden="true">
        {tone === "good" ? "✓" : tone === "warn" ? "!" : "·"}
      </span>
      <span class="strong">{name}</span>
      <div class="fact-said">{children}</div>
    </li>
  );
}
