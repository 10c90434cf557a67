// The page that links of mails and of `bootstrap` lead to: set a password, sign in, accept an invitation. What a link
// carries stands behind its `#`, so that it is in no request and no log. All it does goes through /api/auth.

import { html } from "hono/html";
import { htmlPage } from "../pages/html-page.ts";
import { newRouter } from "../routing.ts";
import { ACCOUNT_SCRIPT } from "../pages/account-script.ts";

export const accountPage = newRouter();

const SOURCES = "script-src 'self'; style-src 'self'; connect-src 'self'; ";

const STYLE = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; --accent: #0b6b3a; --wrong: #b3261e; --line: #888; }
@media (prefers-color-scheme: dark) { :root { --accent: #14854b; --wrong: #ff8a80; } }
body { max-width: 26rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { font-size: 1.25rem; margin: 0 0 1.5rem; }
h2 { font-size: 1.5rem; line-height: 1.2; margin: 0 0 1rem; }
label { display: block; margin: 1rem 0; }
input { display: block; width: 100%; box-sizing: border-box; font: inherit; margin-top: 0.25rem; padding: 0.625rem; border: 1px solid var(--line); border-radius: 0.5rem; }
small { opacity: 0.75; }
button { display: block; width: 100%; font: inherit; font-weight: 600; margin-top: 0.75rem; padding: 0.75rem; border: 1px solid var(--accent); border-radius: 0.5rem; background: var(--accent); color: #fff; cursor: pointer; }
button.second { border-color: var(--line); background: none; color: inherit; font-weight: 400; }
button:disabled { opacity: 0.5; cursor: progress; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
#said { margin: 0 0 1.5rem; padding: 0.75rem; border-left: 4px solid var(--accent); background: #8882; overflow-wrap: anywhere; }
#said.wrong { border-color: var(--wrong); }
#said:empty, [hidden] { display: none; }
`;

accountPage.get("/account", (c) => {
  const head = html`<link rel="stylesheet" href="/account/page.css">
    <script src="/account/page.js" defer></script>`;
  const body = html`<h1>VoelgoedEvents</h1>
    <p id="said" role="status"></p>
    <form id="reset" hidden>
      <h2>Set a password</h2>
      <label>New password <input name="newPassword" type="password" autocomplete="new-password" required minlength="10" maxlength="128"> <small>At least 10 characters</small></label>
      <button>Set it</button>
    </form>
    <form id="sign-in" hidden>
      <h2>Sign in</h2>
      <label>E-mail <input name="email" type="email" autocomplete="username" required></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
      <button>Sign in</button>
      <button type="button" class="second" id="forgot">Forgot the password?</button>
      <button type="button" class="second" id="new-here">New here? Make an account</button>
    </form>
    <form id="sign-up" hidden>
      <h2>Make an account</h2>
      <label>Name <input name="name" autocomplete="name" required maxlength="200"></label>
      <label>E-mail <input name="email" type="email" autocomplete="username" required></label>
      <button>Make it</button>
      <button type="button" class="second" id="known-here">I have an account</button>
    </form>
    <form id="accept" hidden>
      <h2>You are invited</h2>
      <button>Accept the invitation</button>
    </form>
    <form id="sign-out" hidden>
      <button class="second">Sign out</button>
    </form>
    <noscript>This page needs JavaScript.</noscript>`;
  return htmlPage(c, { title: "VoelgoedEvents: account", sources: SOURCES, head, body });
});

accountPage.get("/account/page.js", (c) =>
  c.body(ACCOUNT_SCRIPT, 200, { "Content-Type": "text/javascript; charset=utf-8" }),
);
accountPage.get("/account/page.css", (c) => c.body(STYLE, 200, { "Content-Type": "text/css; charset=utf-8" }));
