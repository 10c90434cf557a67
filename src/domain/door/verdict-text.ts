// Writes what a person at a gate reads of each verdict (rules D6, D7): what it is, and what helps. It takes the verdict as
// the API returns it, so that terminals and pages show the same.

import type { Verdict } from "./scan.ts";

type Passage = { readonly at: string; readonly gate_id: string | null };

/** The reply to a scan, as far as the text depends on it; times are ISO. */
export type ShownVerdict = {
  readonly verdict: Verdict["verdict"] | "repeat";
  readonly event?: { readonly name: string; readonly start_time: string };
  readonly since?: string;
  readonly note?: string | null;
  readonly opens_at?: string;
  readonly ended_at?: string;
  readonly open_gates?: readonly string[];
  readonly gates?: readonly string[];
  readonly window?: { readonly from: string; readonly until: string } | null;
  readonly entered?: Passage;
  readonly left?: Passage | null;
  readonly limit?: number;
  readonly free_at?: string | null;
  readonly inside?: number;
  readonly inside_by?: number;
  readonly capacity?: number;
  readonly hard?: boolean;
  readonly attention?: string | null;
  readonly persons?: number;
  readonly against?: string | null;
  readonly from_lease?: number;
  readonly left_of_lease?: number;
};

/**
 * How the reader's program names what the API has as ids and ISO times: a gate, and an instant by the clocks of the venue,
 * such as `14:02:11` when it is today.
 */
export type Naming = { readonly gate: (id: string) => string; readonly time: (iso: string) => string };

/**
 * `tone`: `go` lets somebody pass, `stop` does not, `wait` is neither (rule D5). `what` is a sentence or two; `help` says
 * what somebody at the gate can do, null when nothing can be done or is needed. Texts that others wrote are quoted
 * unchanged.
 */
export type VerdictText = {
  readonly tone: "go" | "stop" | "wait";
  readonly title: "ADMITTED" | "READMITTED" | "OUT" | "REFUSED" | "REPEAT";
  readonly what: string;
  readonly help: string | null;
};

type Say = (shown: ShownVerdict, naming: Naming) => VerdictText;

const SUPERVISOR = "A supervisor may let in, with a reason.";

const refused = (what: string, help: string | null = null): VerdictText => ({
  ...{ tone: "stop", title: "REFUSED", what, help },
});

const TEXTS: Readonly<Record<ShownVerdict["verdict"], Say>> = {
  unreadable: () =>
    refused("This is no ticket’s code.", "Scan it again, with a brighter screen, or type the short code."),
  wrong_event: ({ event }, { time }) =>
    refused(`This ticket is for another event${event ? `: ${event.name}, ${time(event.start_time)}` : ""}.`),
  unknown_key: () =>
    refused("This ticket is for an event that is not known here.", "Look at the name and the day on the ticket."),
  forged: () => refused("This code was not issued by us.", "If it was typed, read it again, one character at a time."),
  void: (shown, naming) =>
    refused(stopped("This ticket was taken back", shown, naming), "Its buyer can ask the organiser why."),
  superseded: (shown, naming) =>
    refused(stopped("This ticket was reissued", shown, naming), "Ask for the newer code, which is good."),
  blocked: (shown, naming) => refused(stopped("This ticket was stopped", shown, naming), SUPERVISOR),
  not_open_yet: ({ opens_at }, { time }) =>
    refused(`The doors are not open yet${opens_at ? `: they open ${when(time(opens_at))}` : ""}.`),
  event_over: ({ ended_at }, { time }) =>
    refused(`The event is over${ended_at ? `: it ended ${when(time(ended_at))}` : ""}.`),
  gate_closed: ({ open_gates = [] }, { gate }) =>
    refused(
      "This gate is closed.",
      open_gates.length > 0
        ? `Open to this ticket: ${listed(open_gates.map(gate))}.`
        : "No gate is open to this ticket.",
    ),
  wrong_gate: ({ gates = [] }, { gate }) =>
    refused("This ticket does not let in at this gate.", `It lets in at ${listed(gates.map(gate))}.`),
  too_early: (shown, naming) => refused("This ticket does not let in at this hour.", nextWindow(shown, naming)),
  too_late: (shown, naming) => refused("The hours of this ticket are over.", nextWindow(shown, naming)),
  already_inside: ({ entered }, naming) =>
    refused(`Already inside${entered ? `: came in ${passage(entered, naming)}` : ""}.`, SUPERVISOR),
  used: ({ entered, left = null }, naming) =>
    refused(
      `Used: this ticket lets in once${entered ? `, and came in ${passage(entered, naming)}` : ""}${left ? `, left ${passage(left, naming)}` : ""}.`,
      SUPERVISOR,
    ),
  day_limit: (shown, naming) =>
    refused(`Came in ${times(shown.limit)} today, which is all that this ticket may.`, freeAgain(shown, naming)),
  entry_limit: (shown, naming) =>
    refused(`Came in ${times(shown.limit)}, which is all that this ticket may.`, freeAgain(shown, naming)),
  too_soon: (shown, naming) =>
    refused(
      `Too soon: ${shown.limit ?? "some"} minutes must lie between two scans of this ticket.`,
      freeAgain(shown, naming),
    ),
  gate_full: (shown) =>
    refused(
      `This gate is full: ${crowd(shown)}, of those who came in here.`,
      "Send them to another gate, or wait until somebody leaves.",
    ),
  venue_full: (shown) =>
    refused(
      `The place is full: ${crowd(shown)}.`,
      shown.hard === true
        ? "Nobody may let in more. Wait until somebody leaves."
        : `Wait until somebody leaves. ${SUPERVISOR}`,
    ),
  lease_used_up: () =>
    refused(
      "There is no network, and this scanner may let in nobody more by itself.",
      "Go to where there is a network, or to another scanner.",
    ),
  typed_needs_network: () =>
    refused("A typed code is only checked with the network.", "Scan the code, or wait for the network."),
  admitted: (shown) => letIn("ADMITTED", shown),
  readmitted: (shown) => letIn("READMITTED", shown),
  exited: ({ persons = 1 }) => ({ tone: "go", title: "OUT", what: `${people(persons)} out.`, help: null }),
  exit_unmatched: ({ persons = 1 }) => ({
    ...{ tone: "go", title: "OUT", what: `${people(persons)} out.` },
    help: "Nobody was known to be inside on this ticket.",
  }),
  repeat: () => ({
    ...{ tone: "wait", title: "REPEAT", what: "This ticket has just passed at this scanner." },
    help: "Nobody else may pass with it. To scan it again, wait ten seconds.",
  }),
};

/** The text for this verdict. A verdict of a later release that is unknown here lets nobody pass. */
export function verdictText(shown: ShownVerdict, naming: Naming): VerdictText {
  if (Object.hasOwn(TEXTS, shown.verdict)) return TEXTS[shown.verdict](shown, naming);
  return refused(`The door says “${shown.verdict}”, which is not known here.`, "Ask a supervisor.");
}

function letIn(title: "ADMITTED" | "READMITTED", shown: ShownVerdict): VerdictText {
  const { persons = 1, inside, attention = null, against = null } = shown;
  const who = persons === 0 ? "Was inside already." : `${people(persons)} in.`;
  const counted = inside === undefined ? "" : ` ${inside} inside.`;
  const overridden = against === null ? [] : [`Let in by a supervisor against “${against.replaceAll("_", " ")}”.`];
  const help = [...overridden, ...(attention === null ? [] : [`Note: ${attention}`])];
  return { tone: "go", title, what: who + counted, help: help.length > 0 ? help.join(" ") : null };
}

function stopped(what: string, { since, note = null }: ShownVerdict, { time }: Naming): string {
  return `${what}${since ? ` ${when(time(since))}` : ""}${note === null ? "" : `: ${note}`}`.replace(
    /(?<![.!?])$/,
    ".",
  );
}

function nextWindow({ window = null }: ShownVerdict, { time }: Naming): string {
  return window === null
    ? "It does not let in again."
    : `It lets in from ${time(window.from)} until ${time(window.until)}.`;
}

function freeAgain({ free_at = null }: ShownVerdict, { time }: Naming): string {
  return free_at === null
    ? `It does not let in again. ${SUPERVISOR}`
    : `It lets in again from ${time(free_at)}. ${SUPERVISOR}`;
}

/** Without a gate, the place was emptied. */
function passage({ at, gate_id }: Passage, { gate, time }: Naming): string {
  return `${when(time(at))}${gate_id === null ? ", when the place was emptied" : ` at ${gate(gate_id)}`}`;
}

/** `at 14:02:11`, `on 3 Dec 2026, 14:02`. */
function when(time: string): string {
  return /^\d\d:/.test(time) ? `at ${time}` : `on ${time}`;
}

function crowd({ inside, capacity }: ShownVerdict): string {
  return `${inside ?? "all"} of ${capacity ?? "all"} are inside`;
}

function times(count: number | undefined): string {
  if (count === undefined) return "often";
  return count === 1 ? "once" : `${count} times`;
}

function people(count: number): string {
  return count === 1 ? "1 person" : `${count} persons`;
}

function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
