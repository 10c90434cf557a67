// Accounts never send a browser elsewhere: no response under /api/auth redirects, whatever a query or a body names, so
// that no link that begins with our address ends at another's.

import { expect, it } from "vitest";
import { ask, bodyOf, refusalOf } from "../support/http.ts";
import { PASSWORD, person, post, sessionOf } from "../support/auth/people.ts";

const ELSEWHERE = [
  "/.//evil.example/login",
  "/..//evil.example",
  "/a/..//evil.example",
  "//evil.example",
  "/\\evil.example",
];
const PARAMETERS = ["callbackURL", "redirectTo", "errorCallbackURL", "newUserCallbackURL"];
const GETS = [
  "get-session",
  "list-sessions",
  "verify-email",
  "reset-password/x",
  "callback/x",
  "error",
  "organizations",
];

const sendsTo = (answer: Response) => [answer.status >= 300 && answer.status < 400, answer.headers.get("Location")];

it("[P4] a link to an account route with an address of somebody else's in its query leads nowhere", async () => {
  const { token } = await sessionOf(await person());
  for (const path of GETS)
    for (const where of ELSEWHERE) {
      const query = new URLSearchParams([["token", "x"], ...PARAMETERS.map((name) => [name, where])]);
      for (const request of [{}, { token }]) {
        const answer = await ask("GET", `/api/auth/${path}?${query.toString()}`, request);
        expect(sendsTo(answer), `${path} ${where}`).toEqual([false, null]);
        expect(await answer.text()).not.toContain("evil.example");
      }
    }
});

it("[P4] a sign-in follows the page: a query with another place changes nothing, a body is refused", async () => {
  const { email } = await person({ password: PASSWORD });
  for (const where of ELSEWHERE) {
    const [query, json] = [`?callbackURL=${encodeURIComponent(where)}`, { email, password: PASSWORD }];
    const signedIn = await post(`sign-in/email${query}`, json);
    expect([signedIn.status, ...sendsTo(signedIn)]).toEqual([200, false, null]);
    expect(await bodyOf(signedIn)).toMatchObject({ redirect: false });
    for (const name of PARAMETERS)
      expect(await refusalOf(post("sign-in/email", { ...json, [name]: where }))).toBe("400 invalid_request");
  }
});
