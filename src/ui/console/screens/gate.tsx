// Comes before the console: signs in, chooses the organisation, and says what to do when there is none.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { accountTexts } from "../../shared/texts/account-texts.ts";
import { meaningOf, type Refused, wrongFields } from "../account-calls.ts";
import { language, speak, texts } from "../language.ts";
import { chooseOrganization, readSession, sendPasswordLink, signIn, signOut, sessionState } from "../data/session.ts";

export function Gate() {
  const t = texts();
  const now = sessionState.value;
  switch (now.kind) {
    case "loading":
      return null;
    case "away":
      return (
        <Narrow title={t.signIn.away}>
          <p>{t.signIn.awayMore}</p>
          <button type="button" onClick={() => void readSession()}>
            {t.error.again}
          </button>
        </Narrow>
      );
    case "signed_out":
      return (
        <Narrow title={t.signIn.heading}>
          <p class="muted">{t.signIn.lead}</p>
          <SignInForm />
        </Narrow>
      );
    case "nowhere":
      return (
        <Narrow title={t.signIn.nowhere}>
          <p>{t.signIn.nowhereMore(now.email)}</p>
          <SignOut />
        </Narrow>
      );
    case "choosing":
      return <Choosing />;
    case "in":
      return (
        <Narrow title={t.signIn.doorOnly}>
          <p>{t.signIn.doorOnlyMore}</p>
          <p>{t.signIn.doorOnlyNext}</p>
          <a class="button button-wide" href="/scan">
            {t.signIn.toScanner}
          </a>
          <SignOut />
        </Narrow>
      );
  }
}

function Narrow({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  const t = texts();
  useEffect(() => {
    document.title = `${title} · VoelgoedEvents`;
  }, [title]);
  const other = language().locale === "en" ? "af" : "en";
  return (
    <>
      <header class="bar">
        <a class="brand" href="/">
          VoelgoedEvents
        </a>
      </header>
      <main class="page page-narrow" id="main">
        <div class="card stack">
          <h1>{title}</h1>
          {children}
        </div>
      </main>
      <footer class="foot">
        <button type="button" class="button-link small" lang={other} onClick={() => speak(other)}>
          {t.menu.other}
        </button>
      </footer>
    </>
  );
}

/** Runs the action of a button, and keeps the text of its refusal. */
function useAct() {
  const [said, setSaid] = useState("");
  const { refusal } = texts();
  const act = async (work: () => Promise<boolean>): Promise<void> => {
    setSaid("");
    if (!(await work())) setSaid(refusal.temporarily_unavailable);
  };
  return { act, wrong: <div role="status">{said !== "" && <p class="notice notice-bad">{said}</p>}</div> };
}

function SignOut() {
  const { act, wrong } = useAct();
  return (
    <>
      {wrong}
      <button type="button" class="button-quiet" onClick={() => void act(signOut)}>
        {texts().menu.signOut}
      </button>
    </>
  );
}

function Choosing() {
  const t = texts();
  const now = sessionState.value;
  const memberships = now.kind === "choosing" ? now.memberships : [];
  const { act, wrong } = useAct();
  return (
    <Narrow title={t.signIn.choose}>
      <p class="muted">{t.signIn.chooseMore}</p>
      {wrong}
      <ul class="plain stack">
        {memberships.map(({ organization: { id, name } }) => (
          <li key={id}>
            <button
              type="button"
              class="button-quiet button-wide"
              onClick={() => void act(() => chooseOrganization(id))}
            >
              {name}
            </button>
          </li>
        ))}
      </ul>
      <SignOut />
    </Narrow>
  );
}

function SignInForm() {
  const { t, locale } = language();
  const account = accountTexts(locale);
  const [wrong, setWrong] = useState<{ readonly text: string; readonly email: string }>({ text: "", email: "" });
  const [isSent, setSent] = useState(false);
  const address = useRef<HTMLInputElement>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): Promise<void> => {
    event.preventDefault();
    const fields: Record<string, string> = {};
    for (const [name, value] of new FormData(event.currentTarget)) if (typeof value === "string") fields[name] = value;
    await act(() => signIn(fields));
  };
  const act = async (work: () => Promise<Refused | null>): Promise<boolean> => {
    setBusy(true);
    setSent(false);
    const refused = await work();
    setBusy(false);
    const email = refused ? (wrongFields(account, refused).find(([name]) => name === "email")?.[1] ?? "") : "";
    setWrong({ email, text: refused && email === "" ? meaningOf(account, refused) : "" });
    return refused === null;
  };
  const forgot = async (): Promise<void> => {
    const email = address.current?.value.trim() ?? "";
    if (email === "" || address.current?.validity.valid === false) {
      setSent(false);
      setWrong({ text: "", email: account.wrong.field.email });
      return address.current?.focus();
    }
    setSent(await act(() => sendPasswordLink(email)));
  };
  return (
    <form class="stack" noValidate aria-busy={isBusy} onSubmit={(event) => void submit(event)}>
      <div role="status">
        {wrong.text !== "" && <p class="notice notice-bad">{wrong.text}</p>}
        {isSent && <p class="notice notice-good">{account.sentIfKnown}</p>}
      </div>
      <div class="field">
        <label for="email">{account.email}</label>
        <input
          ref={address}
          id="email"
          name="email"
          type="email"
          autocomplete="username"
          inputMode="email"
          aria-describedby="email-error"
          aria-invalid={wrong.email !== ""}
        />
        <p class="error" id="email-error">
          {wrong.email}
        </p>
      </div>
      <div class="field">
        <label for="password">{account.password}</label>
        <input id="password" name="password" type="password" autocomplete="current-password" />
      </div>
      <button class="button-wide" disabled={isBusy}>
        {account.signIn.act}
      </button>
      <div class="row row-apart small">
        <button type="button" class="button-link small" disabled={isBusy} onClick={() => void forgot()}>
          {t.signIn.forgot}
        </button>
        <a href="/account#new">{t.signIn.newHere}</a>
      </div>
    </form>
  );
}

/** A dialog over the screen when the session has ended: what was typed below it stays. */
export function SignInAgain() {
  const t = texts();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="again"
      onCancel={(event) => event.preventDefault()}
      // Browsers let a second Escape close any dialog: it is opened again.
      onClose={() => dialog.current?.showModal()}
    >
      <div class="stack">
        <h2 id="again">{t.signIn.again}</h2>
        <p>{t.signIn.againMore}</p>
        <SignInForm />
      </div>
    </dialog>
  );
}
