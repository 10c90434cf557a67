// Lists the calls that a screen has sent (rule C1): each once, as its route, its path, and a command that sends the same.

/** `body`: the JSON that was sent. `ifMatch`: the tag that a change needs. Each is left out when there was none. */
export type Call = {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly ifMatch?: string;
};

const MOST = 30;
/** Calls of the account send passwords, which no screen may show. */
const ACCOUNT = "/api/auth/";

/** The calls and `sent`, unless it repeats one of them. */
export function withCall(calls: readonly Call[], sent: Call): readonly Call[] {
  const { method, path } = sent;
  const call = path.startsWith(ACCOUNT) ? { method, path } : sent;
  const isRepeat = (each: Call): boolean =>
    each.method === method && each.path === path && each.body === call.body && each.ifMatch === call.ifMatch;
  if (calls.some(isRepeat)) return calls;
  return [...calls, call].slice(-MOST);
}

/** A shell command that sends the call, with the key of an organiser in `$KEY`. */
export function curlOf(origin: string, { method, path, body, ifMatch }: Call): string {
  const verb = method === "GET" ? "" : ` -X ${method}`;
  const tag = ifMatch === undefined ? "" : ` -H ${quoted(`If-Match: ${ifMatch}`)}`;
  const sent = body === undefined ? "" : ` -H "Content-Type: application/json" -d ${quoted(body)}`;
  return `curl -s${verb} '${origin}${path}' -H "Authorization: Bearer $KEY"${tag}${sent}`;
}

/** The text as one word of a shell, whatever characters it has. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
