// The page that links of mails and of `bootstrap` lead to: set a password, sign in, accept an invitation. What a link
// carries stands behind its `#`, so that it is in no request and no log. All it does goes through /api/auth.

import { html } from "hono/html";
import { newRouter } from "../routing.ts";
import { ACCOUNT_SCRIPT } from "../account-script.ts";

export const accountPage = newRouter();

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const STYLE = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 26rem; margin: 3rem auto; padding: 0 1rem; }
label { display: block; margin: 1rem 0; }
input { display: block; width: 100%; box-sizing: border-box; font: inherit; padding: 0.5rem; }
button { font: inherit; padding: 0.5rem 1rem; }
[hidden] { display: none; }
`;

accountPage.get("/account", (c) => {
  c.header("Content-Security-Policy", POLICY);
  return c.html(html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>VoelgoedEvents: account</title>
    <link rel="stylesheet" href="/account/page.css">
    <script src="/account/page.js" defer></script>
  </head>
  <body>
    <h1>VoelgoedEvents</h1>
    <p id="said" role="status"></p>
    <form id="reset" hidden>
      <h2>Set a password</h2>
      <label>New password <input name="newPassword" type="password" autocomplete="new-password" required minlength="10" maxlength="128"></label>
      <button>Set it</button>
    </form>
    <form id="sign-in" hidden>
      <h2>Sign in</h2>
      <label>E-mail <input name="email" type="email" autocomplete="username" required></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
      <button>Sign in</button>
      <p><button type="button" id="forgot">Forgot the password</button></p>
    </form>
    <form id="sign-up" hidden>
      <h2>Or make an account</h2>
      <label>Name <input name="name" autocomplete="name" required maxlength="200"></label>
      <label>E-mail <input name="email" type="email" autocomplete="username" required></label>
      <label>Password <input name="password" type="password" autocomplete="new-password" required minlength="10" maxlength="128"></label>
      <button>Make it</button>
    </form>
    <form id="accept" hidden>
      <h2>You are invited</h2>
      <button>Accept</button>
    </form>
    <form id="sign-out" hidden>
      <p><button>Sign out</button></p>
    </form>
    <noscript>This page needs JavaScript.</noscript>
  </body>
</html>`);
});

accountPage.get("/account/page.js", (c) =>
  c.body(ACCOUNT_SCRIPT, 200, { "Content-Type": "text/javascript; charset=utf-8" }),
);
accountPage.get("/account/page.css", (c) => c.body(STYLE, 200, { "Content-Type": "text/css; charset=utf-8" }));
