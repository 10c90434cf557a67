// Serves the page that links of mails and of `bootstrap` open: set a password, sign in, accept an invitation. What a link
// carries comes after its `#`, so that it is in no request and no log. The script src/ui/console/account.ts does everything
// through /api/auth, and finds the parts of the page by their ids.

import { html } from "hono/html";
import { LOCALES, type Locale } from "../../../domain/orders/contact.ts";
import { MAX_NAME } from "../../../domain/limits.ts";
import { MAX_PASSWORD, MIN_PASSWORD } from "../../../auth/people/passwords.ts";
import { type AccountTexts, accountTexts } from "../../../ui/shared/texts/account-texts.ts";
import { htmlPage } from "../../pages/html-page.ts";
import { requestedLocale } from "../../pages/requested-locale.ts";
import { assetPath } from "../../pages/assets.ts";
import { newRouter } from "../../routing.ts";

export const accountPage = newRouter();

type Markup = ReturnType<typeof html>;

const SOURCES = "script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; ";

accountPage.get("/account", (c) => {
  c.header("Vary", "Accept-Language", { append: true });
  const locale = requestedLocale(c);
  const t = accountTexts(locale);
  const head = html`<meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <link rel="icon" href="/docs/icon.svg">
    <link rel="stylesheet" href="${assetPath("sheet.css")}">
    <script type="module" src="${assetPath("account.js")}"></script>`;
  const body = html`<a class="skip" href="#main">${t.skip}</a>
    <header class="bar"><a class="brand" href="/">VoelgoedEvents</a></header>
    <main class="page page-narrow stack" id="main" aria-busy="true">
      <div id="said" role="status"></div>
      ${resetForm(t)} ${signInForm(t)} ${signUpForm(t)} ${acceptForm(t)} ${signedInForm(t)}
      <noscript><p class="notice notice-warn">${t.needsScript}</p></noscript>
    </main>
    <footer class="foot">${otherLanguages(locale)}</footer>`;
  return htmlPage(c, { title: `${t.title} · VoelgoedEvents`, locale, sources: SOURCES, head, body });
});

function otherLanguages(own: Locale): Markup[] {
  return LOCALES.filter((locale) => locale !== own).map(
    (locale) =>
      html`<a href="/account?lang=${locale}" hreflang="${locale}" lang="${locale}">${accountTexts(locale).language}</a>`,
  );
}

/** Without the script the forms are hidden, and the policy of the page forbids sending them. */
function form(id: string, heading: string, content: Markup): Markup {
  return html`<form class="card stack" id="${id}" method="post" hidden aria-labelledby="${id}-heading">
    <h1 id="${id}-heading" tabindex="-1">${heading}</h1>
    ${content}
  </form>`;
}

type Field = {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly input: Markup;
};

/** `input` has the attributes beside its id and name. */
function field({ id, name, label, hint, input }: Field): Markup {
  const describedBy = hint === undefined ? `${id}-error` : `${id}-hint ${id}-error`;
  return html`<div class="field">
    <label for="${id}">${label}</label>
    ${hint === undefined ? "" : html`<small id="${id}-hint">${hint}</small>`}
    <input id="${id}" name="${name}" aria-describedby="${describedBy}" ${input}>
    <p class="error" id="${id}-error" data-error="${name}"></p>
  </div>`;
}

function emailField(t: AccountTexts, id: string): Markup {
  const input = html`type="email" autocomplete="username" inputmode="email" required`;
  return field({ id, name: "email", label: t.email, input });
}

function showBox(t: AccountTexts, id: string): Markup {
  return html`<label class="row small"><input type="checkbox" data-shows="${id}" autocomplete="off">${t.showPassword}</label>`;
}

function resetForm(t: AccountTexts): Markup {
  const { heading, newPassword, hint, act } = t.reset;
  const input = html`type="password" autocomplete="new-password" required minlength="${MIN_PASSWORD}" maxlength="${MAX_PASSWORD}"`;
  return form(
    "reset",
    heading,
    html`${field({ id: "new-password", name: "newPassword", label: newPassword, hint, input })} ${showBox(t, "new-password")}
    <button class="button-wide">${act}</button>`,
  );
}

function signInForm(t: AccountTexts): Markup {
  const { heading, lead, act, forgot, newHere } = t.signIn;
  const input = html`type="password" autocomplete="current-password" required maxlength="${MAX_PASSWORD}"`;
  return form(
    "sign-in",
    heading,
    html`<p class="muted">${lead}</p>
    ${emailField(t, "sign-in-email")} ${field({ id: "password", name: "password", label: t.password, input })}
    ${showBox(t, "password")}
    <button class="button-wide">${act}</button>
    <div class="row row-apart">
      <button type="button" class="button-link small" id="forgot">${forgot}</button>
      <button type="button" class="button-link small" id="new-here">${newHere}</button>
    </div>`,
  );
}

function signUpForm(t: AccountTexts): Markup {
  const { heading, lead, act, knownHere } = t.signUp;
  const input = html`autocomplete="name" required maxlength="${MAX_NAME}"`;
  return form(
    "sign-up",
    heading,
    html`<p class="muted">${lead}</p>
    ${field({ id: "name", name: "name", label: t.name, input })} ${emailField(t, "sign-up-email")}
    <button class="button-wide">${act}</button>
    <div><button type="button" class="button-link small" id="known-here">${knownHere}</button></div>`,
  );
}

function acceptForm(t: AccountTexts): Markup {
  const { heading, lead, act, otherAccount } = t.accept;
  return form(
    "accept",
    heading,
    html`<p data-acceptable>${lead}</p>
    <p class="muted" data-who></p>
    <button class="button-wide" data-acceptable>${act}</button>
    <p data-over hidden><a class="button button-wide" href="/console">${t.signedIn.console}</a></p>
    <div><button type="button" class="button-link small" id="other-account">${otherAccount}</button></div>`,
  );
}

function signedInForm(t: AccountTexts): Markup {
  const { heading, none, act, api, console } = t.signedIn;
  return form(
    "signed-in",
    heading,
    html`<p class="muted" data-who></p>
    <ul class="plain stack" id="organizations"></ul>
    <p id="no-organization" hidden>${none}</p>
    <p id="to-console" hidden><a class="button button-wide" href="/console">${console}</a></p>
    <div class="row row-apart"><a href="/docs">${api}</a> <button class="button-quiet">${act}</button></div>`,
  );
}
