// What a screen has asked of the API (rule C1): each call once, as its route, its path and a command that asks the same.

export type Call = { readonly method: string; readonly path: string };

const MOST = 30;

/** The calls with one more; a repeat is none. */
export function withCall(calls: readonly Call[], call: Call): readonly Call[] {
  if (calls.some(({ method, path }) => method === call.method && path === call.path)) return calls;
  return [...calls, call].slice(-MOST);
}

/** A command for a POSIX shell, with the key of an organiser in `$KEY`. */
export function curlOf(origin: string, { method, path }: Call): string {
  const verb = method === "GET" ? "" : ` -X ${method}`;
  return `curl -s${verb} '${origin}${path}' -H "Authorization: Bearer $KEY"`;
}
