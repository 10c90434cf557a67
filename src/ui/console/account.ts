// Runs the account page: set a password, sign in, accept an invitation. The link that leads here carries its purpose behind
// its #, so that it is in no request and no log; all else is in the page already (src/http/routes/pages/account-page.ts).

import { LOCALES } from "../../domain/orders/contact.ts";
import { accountTexts } from "../shared/texts/account-texts.ts";
import { callAccounts, fieldOf, meaningOf, type Refused, wrongFields } from "./account-calls.ts";

const PARTS = ["reset", "sign-in", "sign-up", "accept", "signed-in"] as const;
type Part = (typeof PARTS)[number];
type Fields = Readonly<Record<string, string>>;
type Tone = "plain" | "good" | "bad";

const t = accountTexts(LOCALES.find((locale) => locale === document.documentElement.lang) ?? "en");
const link = new URLSearchParams(location.hash.slice(1));

function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}

function say(text: string, tone: Tone = "plain"): void {
  const notice = document.createElement("p");
  notice.className = tone === "plain" ? "notice" : `notice notice-${tone}`;
  notice.textContent = text;
  part("said").replaceChildren(...(text === "" ? [] : [notice]));
  if (tone === "bad") notice.scrollIntoView({ block: "nearest" });
}

/**
 * Shows one part of the page. If the focus was inside another part, it goes to the heading of this one, for keyboards
 * and screen readers.
 */
function show(shown: Part): void {
  const isFirst = PARTS.every((id) => part(id).hidden);
  const isOther = part(shown).hidden;
  for (const id of PARTS) part(id).hidden = id !== shown;
  part("main").removeAttribute("aria-busy");
  if (isOther && !isFirst) part(`${shown}-heading`).focus();
}

/** Shows the part that fits the link and the person who is signed in. */
async function look(): Promise<void> {
  if (link.has("reset")) return show("reset");
  const session = await callAccounts("get-session");
  if (!session.ok) say(meaningOf(t, session.refused), "bad");
  const user = session.ok ? fieldOf(session.body, "user") : undefined;
  if (user === undefined) {
    if (link.has("invitation") && session.ok) say(t.signInToAccept);
    // The console's own sign-in links here with `new`, for people without an account.
    return show(link.has("new") ? "sign-up" : "sign-in");
  }
  for (const each of document.querySelectorAll("[data-who]"))
    each.textContent = t.signedInAs(String(fieldOf(user, "email")));
  if (link.has("invitation")) {
    offerAccepting(true);
    return show("accept");
  }
  const memberships = await callAccounts("organizations");
  if (!memberships.ok) say(meaningOf(t, memberships.refused), "bad");
  const rows = memberships.ok ? fieldOf(memberships.body, "data") : [];
  part("organizations").replaceChildren(...(Array.isArray(rows) ? rows.map(membershipRow) : []));
  const isNowhere = memberships.ok && Array.isArray(rows) && rows.length === 0;
  part("no-organization").hidden = !isNowhere;
  part("to-console").hidden = isNowhere;
  return show("signed-in");
}

/**
 * An invitation that is over, or was for another address, cannot be accepted; the page then only offers to sign in with
 * another account.
 */
function offerAccepting(isOpen: boolean): void {
  for (const each of part("accept").querySelectorAll<HTMLElement>("[data-acceptable]")) each.hidden = !isOpen;
  for (const each of part("accept").querySelectorAll<HTMLElement>("[data-over]")) each.hidden = isOpen;
  part("accept-heading").textContent = isOpen ? t.accept.heading : t.accept.over;
}

function membershipRow(membership: unknown): HTMLLIElement {
  const name = document.createElement("span");
  name.textContent = String(fieldOf(fieldOf(membership, "organization"), "name"));
  name.className = "strong";
  const roles: Readonly<Record<string, string>> = t.roles;
  const tag = document.createElement("span");
  tag.textContent = roles[String(fieldOf(membership, "role"))] ?? "";
  tag.className = "tag";
  const row = document.createElement("li");
  row.className = "row row-apart";
  row.append(name, tag);
  return row;
}

/** Removes a used part from the link, which would only mislead if the link were opened again. */
function forget(name: string): void {
  link.delete(name);
  history.replaceState(null, "", location.pathname + location.search + (link.size > 0 ? `#${link.toString()}` : ""));
}

/** The action of each form; returns null when it succeeded. */
const ACTS: Readonly<Record<Part, (fields: Fields) => Promise<Refused | null>>> = {
  reset: async (fields) => {
    const set = await callAccounts("reset-password", { token: link.get("reset"), ...fields });
    if (!set.ok && set.refused.code !== "INVALID_TOKEN") return set.refused;
    forget("reset");
    await look();
    if (!set.ok) return set.refused;
    say(t.passwordIsSet, "good");
    return null;
  },
  "sign-in": async (fields) => {
    const signed = await callAccounts("sign-in/email", fields);
    if (!signed.ok) return signed.refused;
    await look();
    return null;
  },
  "sign-up": async (fields) => {
    const made = await callAccounts("sign-up/email", fields);
    if (!made.ok) return made.refused;
    show("sign-in");
    say(t.sentTo(fields["email"] ?? ""), "good");
    return null;
  },
  accept: async () => {
    const accepted = await callAccounts("accept-invitation", { invitation_id: link.get("invitation") });
    if (!accepted.ok) {
      if (accepted.refused.code !== "not_found") return accepted.refused;
      offerAccepting(false);
      part("accept-heading").focus();
      return accepted.refused;
    }
    forget("invitation");
    await look();
    say(t.isAccepted, "good");
    return null;
  },
  "signed-in": async () => {
    const refused = await signOut();
    if (!refused) say(t.isSignedOut, "good");
    return refused;
  },
};

async function signOut(): Promise<Refused | null> {
  const out = await callAccounts("sign-out", {});
  if (!out.ok) return out.refused;
  await look();
  return null;
}

/** Each form is sent once: until there is an answer no button of the page does anything. */
async function act(within: HTMLElement, work: () => Promise<Refused | null>): Promise<void> {
  const buttons = document.querySelectorAll("button");
  const pressed = document.activeElement;
  for (const button of buttons) button.disabled = true;
  part("main").setAttribute("aria-busy", "true");
  say("");
  markWrong(within, []);
  const refused = await work();
  for (const button of buttons) button.disabled = false;
  part("main").removeAttribute("aria-busy");
  // A button that is disabled loses the focus.
  if (document.activeElement === document.body && pressed instanceof HTMLElement) pressed.focus();
  if (!refused) return;
  const fields = wrongFields(t, refused);
  markWrong(within, fields);
  if (fields.length === 0) say(meaningOf(t, refused), "bad");
}

/** Shows at each field what is wrong with it, and moves the focus to the first. */
function markWrong(within: HTMLElement, fields: readonly (readonly [string, string])[]): void {
  const texts = new Map(fields);
  for (const error of within.querySelectorAll<HTMLElement>("[data-error]")) {
    const name = error.dataset["error"] ?? "";
    error.textContent = texts.get(name) ?? "";
    within.querySelector(`[name="${name}"]`)?.setAttribute("aria-invalid", String(texts.has(name)));
  }
  within.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}

for (const id of PARTS) {
  part(id).addEventListener("submit", (event) => {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    const fields: Record<string, string> = {};
    for (const [name, value] of new FormData(event.target)) if (typeof value === "string") fields[name] = value;
    void act(event.target, () => ACTS[id](fields));
  });
}
part("forgot").addEventListener("click", () => {
  const form = part("sign-in");
  const email = form.querySelector<HTMLInputElement>('[name="email"]');
  if (!email?.reportValidity()) return;
  void act(form, async () => {
    const reply = await callAccounts("request-password-reset", { email: email.value });
    if (!reply.ok) return reply.refused;
    say(t.sentIfKnown, "good");
    return null;
  });
});
part("other-account").addEventListener("click", () => void act(part("accept"), signOut));
for (const [button, other] of [
  ["new-here", "sign-up"],
  ["known-here", "sign-in"],
] as const) {
  part(button).addEventListener("click", () => {
    say("");
    show(other);
    part(other).querySelector("input")?.focus();
  });
}
for (const box of document.querySelectorAll<HTMLInputElement>("[data-shows]")) {
  box.addEventListener("change", () => {
    const field = part(box.dataset["shows"] ?? "");
    if (field instanceof HTMLInputElement) field.type = box.checked ? "text" : "password";
  });
}
for (const other of document.querySelectorAll<HTMLAnchorElement>("a[hreflang]")) {
  // Keeps the part behind the `#`: without it the page in the other language would have no link to act on.
  other.addEventListener("click", () => (other.hash = location.hash));
}
// A link that is opened while this page is open changes only the part behind the `#`.
addEventListener("hashchange", () => location.reload());
void look();
