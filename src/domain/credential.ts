// What names a credential by which somebody holds a socket (rule T5).

export type Credential =
  | { readonly kind: "api_key" | "device"; readonly id: string }
  | { readonly kind: "user"; readonly sessionId: string };

/** Whose loss closes a socket: of somebody who is signed in their session, since one may end while others go on. */
export function credentialOf(given: Credential): string {
  return given.kind === "user" ? given.sessionId : given.id;
}
