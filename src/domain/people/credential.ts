// Names the credential by which somebody holds a socket (rule T5).

export type Credential =
  | { readonly kind: "api_key" | "device"; readonly id: string }
  | { readonly kind: "user"; readonly sessionId: string };

/**
 * The id of the credential that closes the socket when it is revoked. For a person it is their session, since one session
 * may end while others go on.
 */
export function credentialOf(credential: Credential): string {
  return credential.kind === "user" ? credential.sessionId : credential.id;
}
