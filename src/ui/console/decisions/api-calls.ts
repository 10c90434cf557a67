// Lists the calls that a screen has sent (rule C1): each once, as its route, its path, and a command that sends the same.

/** `body`: the JSON that it sent; left out where there was none. */
export type Call = { readonly method: string; readonly path: string; readonly body?: string };

const MOST = 30;

/** The calls with one more; a repeat is none. */
export function withCall(calls: readonly Call[], call: Call): readonly Call[] {
  const isRepeat = (each: Call): boolean =>
    each.method === call.method && each.path === call.path && each.body === call.body;
  if (calls.some(isRepeat)) return calls;
  return [...calls, call].slice(-MOST);
}

/** A command for a POSIX shell, with the key of an organiser in `$KEY`. */
export function curlOf(origin: string, { method, path, body }: Call): string {
  const verb = method === "GET" ? "" : ` -X ${method}`;
  const sent = body === undefined ? "" : ` -H "Content-Type: application/json" -d ${quoted(body)}`;
  return `curl -s${verb} '${origin}${path}' -H "Authorization: Bearer $KEY"${sent}`;
}

/** As one word of a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
