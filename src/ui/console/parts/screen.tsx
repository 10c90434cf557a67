// Draws a screen: its heading, which has the focus once somebody was led there, its lead, its message, and its API calls.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { texts } from "../language.ts";
import { arrived } from "../data/navigation.ts";
import { AsApi } from "./as-api.tsx";
import { Announcement } from "./announcement.tsx";

type Props = {
  readonly title: string;
  readonly back?: { readonly href: string; readonly text: string };
  readonly beside?: ComponentChildren;
  readonly lead?: ComponentChildren;
  readonly children: ComponentChildren;
};

export function Screen({ title, back, beside, lead, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · VoelgoedEvents`;
  }, [title]);
  useEffect(() => {
    // Not on the first screen: there a reader begins at the top of the page.
    if (arrived()) heading.current?.focus();
  }, []);
  return (
    <div class="screen stack">
      {back && (
        <a class="back small" href={back.href}>
          {back.text}
        </a>
      )}
      <div class="row row-apart">
        <h1 tabIndex={-1} ref={heading}>
          {title}
        </h1>
        {beside && <div class="row">{beside}</div>}
      </div>
      {lead && <p class="muted">{lead}</p>}
      <Announcement />
      {children}
      <AsApi />
    </div>
  );
}

/** The screen of a mistyped address, and of one that the role may not see. */
export function Nothing({ title, lead }: { readonly title: string; readonly lead: string }) {
  return (
    <Screen title={title} lead={lead}>
      <p>
        <a class="button" href="/console">
          {texts().lost.home}
        </a>
      </p>
    </Screen>
  );
}
