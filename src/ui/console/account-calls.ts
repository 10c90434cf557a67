// Sends the calls of the account page, and turns their refusals into texts. It does not touch the page.

import type { AccountTexts } from "../shared/texts/account-texts.ts";

/**
 * `fields`: those that the server found invalid. `retryAfterSeconds`: when the next attempt may succeed, if the server
 * says so.
 */
export type Refused = {
  readonly code: string;
  readonly fields: readonly string[];
  readonly retryAfterSeconds: number | null;
};
export type Called = { readonly ok: true; readonly body: unknown } | { readonly ok: false; readonly refused: Refused };

/**
 * Calls /api/auth/`path`: by POST when there is a body. It does not reject: without a response the code is
 * `unreachable`.
 */
export async function callAccounts(path: string, body?: object): Promise<Called> {
  try {
    const answer = await fetch(`/api/auth/${path}`, {
      method: body === undefined ? "GET" : "POST",
      ...(body !== undefined && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const read: unknown = text === "" ? null : JSON.parse(text);
    return answer.ok ? { ok: true, body: read } : { ok: false, refused: refusedIn(read, answer.headers) };
  } catch {
    return { ok: false, refused: { code: "unreachable", fields: [], retryAfterSeconds: null } };
  }
}

function refusedIn(body: unknown, headers: Headers): Refused {
  const errors = fieldOf(body, "errors");
  const paths = Array.isArray(errors) ? errors.map((each) => fieldOf(each, "path")) : [];
  return {
    code: String(fieldOf(body, "code")),
    fields: paths.filter((path) => typeof path === "string").map((path) => path.slice(1)),
    retryAfterSeconds: headers.has("Retry-After") ? Number(headers.get("Retry-After")) : null,
  };
}

/** The field of an object from outside; undefined when it has none. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** The text of a refusal that concerns no single field. */
export function meaningOf({ wrong }: AccountTexts, { code, retryAfterSeconds }: Refused): string {
  switch (code) {
    case "INVALID_EMAIL_OR_PASSWORD":
      return wrong.credentials;
    case "INVALID_TOKEN":
      return wrong.link;
    case "not_found":
      return wrong.invitation;
    case "organization_suspended":
      return wrong.suspended;
    case "rate_limited":
      return wrong.tooMany(Math.max(1, Math.ceil((retryAfterSeconds ?? 60) / 60)));
    case "temporarily_unavailable":
      return wrong.away;
    case "unreachable":
      return wrong.unreachable;
    default:
      return wrong.other;
  }
}

/** The invalid fields, each with its text. */
export function wrongFields({ wrong }: AccountTexts, { fields }: Refused): readonly (readonly [string, string])[] {
  const texts: Readonly<Record<string, string>> = wrong.field;
  return [...new Set(fields)].flatMap((name) => (texts[name] === undefined ? [] : [[name, texts[name]] as const]));
}
