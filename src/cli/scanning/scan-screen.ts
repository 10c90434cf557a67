// Renders a scan's reply for `npm run scan` in a line or two. Plain functions: names and times come in as arguments.

import type { Problem } from "../../client/client.ts";
import { type Naming, verdictText, type VerdictText } from "../../domain/door/verdict-text.ts";
import { folded } from "../../domain/text/text.ts";
import type { ScanReply, Scan } from "./scan-client.ts";

export type Names = {
  /** By the id of a gate or a ticket type. */
  readonly names: ReadonlyMap<string, string>;
  /** The venue's, as an IANA name; null for this machine's. */
  readonly timeZone: string | null;
};

/** `status`: 0 when somebody passes, 1 when nobody does, 2 when there is no verdict. */
export type ScreenLines = { readonly lines: readonly string[]; readonly status: 0 | 1 | 2 };

export type Style = {
  readonly colours: boolean;
  /** Everything on one line, for scanning many codes one after the other. */
  readonly oneLine: boolean;
};

/** Black on green, white on red, black on yellow. */
const COLOURS = { go: "1;30;42", stop: "1;37;41", wait: "1;30;43" } as const;
const STATUS = { go: 0, stop: 1, wait: 1 } as const;

/** The content of such a code is not signed (rule D6). */
const UNPROVEN: readonly Scan["verdict"][] = ["unreadable", "unknown_key", "forged", "wrong_event"];
const ALREADY_SHOWN = { verdict: "repeat" } as const;

/** What to do when the server refused, by its status. */
const HINTS: Readonly<Record<number, string>> = {
  403: "A device can scan only at its own gate, and cannot override.",
  404: "Is that the event's id, and the id of a gate at its venue?",
};

/** `now` is epoch ms; times of its day are shown without the date. `baseUrl` is named when nothing replied. */
export function renderReply(reply: ScanReply, names: Names, style: Style, now: number, baseUrl: string): ScreenLines {
  if (reply.kind === "failed") {
    const { problem } = reply;
    const why = problem === null ? `Nothing answers at ${baseUrl}.` : describe(problem);
    const help = problem === null ? "Is the server running (npm start)?" : (HINTS[problem.status] ?? null);
    return { lines: rendered("wait", "NO VERDICT", why, help, style), status: 2 };
  }
  const { scan, alreadyShown } = reply;
  const naming = namingOf(names, now);
  const { tone, title, what, help } = verdictText(alreadyShown ? ALREADY_SHOWN : scan, naming);
  const decided =
    scan.again && !alreadyShown && tone === "go" ? ` Decided at ${naming.time(scan.at)}; the reply was lost.` : "";
  return {
    lines: rendered(tone, title, `${ticketOf(scan, names)}${what}${decided}`, help, style),
    status: STATUS[tone],
  };
}

/** The texts may be written by others. Each is one line, and nothing in it can control the terminal (rule X9). */
function rendered(
  tone: VerdictText["tone"],
  title: string,
  what: string,
  help: string | null,
  { colours, oneLine }: Style,
): string[] {
  const head = colours ? `\u001b[${COLOURS[tone]}m ${title} \u001b[0m` : title;
  const said = oneLine && help !== null ? `${what} ${help}` : what;
  const first = `${head}  ${folded(said)}`;
  return oneLine || help === null ? [first] : [first, `${" ".repeat(title.length + (colours ? 4 : 2))}${folded(help)}`];
}

function ticketOf({ verdict, serial, ticket_type_id: type }: Scan, { names }: Names): string {
  if (serial === null || UNPROVEN.includes(verdict)) return "";
  return `${type === null ? "" : `${names.get(type) ?? type} `}${serial}: `;
}

function describe({ detail, status, code, errors = [] }: Problem): string {
  return [detail, ...errors.map(({ path, message }) => `${path}: ${message}.`), `(${status} ${code})`].join(" ");
}

function namingOf({ names, timeZone }: Names, now: number): Naming {
  const zone = timeZone === null ? {} : { timeZone };
  const day = new Intl.DateTimeFormat("en-GB", { ...zone, dateStyle: "medium" });
  const clock = new Intl.DateTimeFormat("en-GB", { ...zone, timeStyle: "medium" });
  const minute = new Intl.DateTimeFormat("en-GB", { ...zone, timeStyle: "short" });
  return {
    gate: (id) => names.get(id) ?? id,
    time(iso) {
      const at = Date.parse(iso);
      if (day.format(at) === day.format(now)) return clock.format(at);
      return `${day.format(at)}, ${minute.format(at)}`;
    },
  };
}
