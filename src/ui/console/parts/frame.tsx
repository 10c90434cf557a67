// Draws the frame of every screen: the menu for this role, and the account.

import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso";
import { useEffect, useRef } from "preact/hooks";
import { LOCALES } from "../../../domain/orders/contact.ts";
import type { Action } from "../../../domain/people/policy.ts";
import { language, speak, texts } from "../language.ts";
import { announce } from "../data/navigation.ts";
import { chooseOrganization, may, signOut, sessionState } from "../data/session.ts";

export function Frame({ children }: { readonly children: ComponentChildren }) {
  return (
    <>
      <a class="skip" href="#main">
        {texts().menu.skip}
      </a>
      <header class="bar frame-bar">
        <a class="brand" href="/console">
          VoelgoedEvents
        </a>
        <Account />
      </header>
      <div class="frame">
        <Menu />
        <main class="frame-main" id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
    </>
  );
}

type Entry = { readonly href: string; readonly text: string; readonly action: Action | null };

function Menu() {
  const { menu } = texts();
  const { path } = useLocation();
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone the menu is wider than the screen, and the entry of this screen may be outside of it.
    const [nav, here] = [list.current, list.current?.querySelector<HTMLElement>("[aria-current]")];
    if (nav && here) nav.scrollLeft = here.offsetLeft - nav.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
  }, [path]);
  const entries: readonly Entry[] = [
    { href: "/console", text: menu.events, action: null },
    { href: "/console/orders", text: menu.orders, action: "order.read" },
    { href: "/console/venues", text: menu.venues, action: null },
    { href: "/console/team", text: menu.members, action: "member.list" },
    { href: "/console/keys", text: menu.keys, action: "api_key.manage" },
    { href: "/console/log", text: menu.audit, action: "audit.read" },
    { href: "/console/organization", text: menu.organization, action: "organization.write" },
  ];
  return (
    <nav class="menu" aria-label={menu.label} ref={list}>
      {entries
        .filter(({ action }) => action === null || may(action))
        .map(({ href, text }) => (
          <a key={href} href={href} aria-current={isAt(path, href) ? "page" : undefined}>
            {text}
          </a>
        ))}
    </nav>
  );
}

/** Whether the menu's entry covers this path. Events and all screens below them belong to the first entry. */
function isAt(path: string, href: string): boolean {
  if (href !== "/console") return path === href || path.startsWith(`${href}/`);
  return path === href || path.startsWith("/console/events") || path.startsWith("/console/new");
}

function Account() {
  const t = texts();
  const now = sessionState.value;
  if (now.kind !== "in") return null;
  const { memberships, me, email } = now;
  const other = LOCALES.find((locale) => locale !== language().locale) ?? "en";
  const choose = async (id: string): Promise<void> => {
    if (!(await chooseOrganization(id))) announce(t.refusal.other, "bad");
  };
  const leave = async (): Promise<void> => {
    if (!(await signOut())) announce(t.refusal.unreachable, "bad");
  };
  return (
    <details class="account">
      <summary>
        <span class="account-name">{me.organization.name}</span>
      </summary>
      <div class="account-box card stack">
        {memberships.length > 1 && (
          <div class="field">
            <label for="acts-in">{t.menu.actsIn}</label>
            <select id="acts-in" onChange={(e) => void choose(e.currentTarget.value)}>
              {memberships.map(({ organization: { id, name } }) => (
                <option key={id} value={id} selected={id === me.organization.id}>
                  {name}
                </option>
              ))}
            </select>
          </div>
        )}
        <p class="small muted">{email}</p>
        <ul class="plain">
          <li>
            <a href={`/o/${me.organization.slug}`}>{t.menu.shop}</a>
          </li>
          <li>
            <a href="/docs">{t.menu.api}</a>
          </li>
          <li>
            <button type="button" class="button-link" lang={other} onClick={() => speak(other)}>
              {t.menu.other}
            </button>
          </li>
        </ul>
        <button type="button" class="button-quiet" onClick={() => void leave()}>
          {t.menu.signOut}
        </button>
      </div>
    </details>
  );
}
