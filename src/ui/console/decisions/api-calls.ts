// Lists the calls that a screen has sent (rule C1): each once, as its route, its path, and a command that sends the same.

/** `body`: the JSON that it sent, `ifMatch`: the tag that a change needs; left out where there was none. */
export type Call = {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly ifMatch?: string;
};

const MOST = 30;

/** The calls with one more; a repeat is none. */
export function withCall(calls: readonly Call[], call: Call): readonly Call[] {
  const isRepeat = (each: Call): boolean =>
    each.method === call.method && each.path === call.path && each.body === call.body;
  if (calls.some(isRepeat)) return calls;
  return [...calls, call].slice(-MOST);
}

/** A command for a POSIX shell, with the key of an organiser in `$KEY`. */
export function curlOf(origin: string, { method, path, body, ifMatch }: Call): string {
  const verb = method === "GET" ? "" : ` -X ${method}`;
  const tag = ifMatch === undefined ? "" : ` -H ${quoted(`If-Match: ${ifMatch}`)}`;
  const sent = body === undefined ? "" : ` -H "Content-Type: application/json" -d ${quoted(body)}`;
  return `curl -s${verb} '${origin}${path}' -H "Authorization: Bearer $KEY"${tag}${sent}`;
}

/** As one word of a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
