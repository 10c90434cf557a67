// Has the text of each verdict for a steward in Afrikaans (rules D6, D7, W3); domain/door/verdict-text.ts has the same in
// English.

import type { Naming, ShownVerdict, VerdictText } from "../../../domain/door/verdict-text.ts";

type Say = (shown: ShownVerdict, naming: Naming) => VerdictText;
type Passage = NonNullable<ShownVerdict["entered"]>;

const SUPERVISOR = "’n Toesighouer mag inlaat, met ’n rede.";

const refused = (what: string, help: string | null = null): VerdictText => ({
  ...{ tone: "stop", title: "REFUSED", what, help },
});

const TEXTS: Readonly<Record<ShownVerdict["verdict"], Say>> = {
  unreadable: () =>
    refused("Dit is nie ’n kaartjie se kode nie.", "Skandeer weer met ’n helderder skerm, of tik die kort kode."),
  wrong_event: ({ event }, { time }) =>
    refused(
      `Hierdie kaartjie is vir ’n ander geleentheid${event ? `: ${event.name}, ${time(event.start_time)}` : ""}.`,
    ),
  unknown_key: () =>
    refused(
      "Hierdie kaartjie is vir ’n geleentheid wat nie hier bekend is nie.",
      "Kyk na die naam en die dag op die kaartjie.",
    ),
  forged: () =>
    refused("Hierdie kode is nie deur ons uitgereik nie.", "As dit getik is, lees dit weer, een karakter op ’n slag."),
  void: (shown, naming) =>
    refused(stopped("Hierdie kaartjie is teruggeneem", shown, naming), "Die koper kan die organiseerder vra hoekom."),
  superseded: (shown, naming) =>
    refused(stopped("Hierdie kaartjie is opnuut uitgereik", shown, naming), "Vra vir die nuwer kode; dié is goed."),
  blocked: (shown, naming) => refused(stopped("Hierdie kaartjie is gestop", shown, naming), SUPERVISOR),
  not_open_yet: ({ opens_at }, { time }) =>
    refused(`Die deure is nog nie oop nie${opens_at ? `: hulle gaan ${when(time(opens_at))} oop` : ""}.`),
  event_over: ({ ended_at }, { time }) =>
    refused(`Die geleentheid is verby${ended_at ? `: dit het ${when(time(ended_at))} geëindig` : ""}.`),
  gate_closed: ({ open_gates = [] }, { gate }) =>
    refused(
      "Hierdie hek is toe.",
      open_gates.length > 0
        ? `Oop vir hierdie kaartjie: ${listed(open_gates.map(gate))}.`
        : "Geen hek is vir hierdie kaartjie oop nie.",
    ),
  wrong_gate: ({ gates = [] }, { gate }) =>
    refused("Hierdie kaartjie laat nie by hierdie hek in nie.", `Dit laat in by ${listed(gates.map(gate))}.`),
  too_early: (shown, naming) => refused("Hierdie kaartjie laat nie op hierdie uur in nie.", nextWindow(shown, naming)),
  too_late: (shown, naming) => refused("Die ure van hierdie kaartjie is verby.", nextWindow(shown, naming)),
  already_inside: ({ entered }, naming) =>
    refused(`Reeds binne${entered ? `: het ${passage(entered, naming)} ingekom` : ""}.`, SUPERVISOR),
  used: ({ entered, left = null }, naming) =>
    refused(
      `Gebruik: hierdie kaartjie laat een keer in${entered ? `, en het ${passage(entered, naming)} ingekom` : ""}${left ? `, ${passage(left, naming)} uitgegaan` : ""}.`,
      SUPERVISOR,
    ),
  day_limit: (shown, naming) =>
    refused(`Het vandag ${times(shown.limit)} ingekom, al wat hierdie kaartjie mag.`, freeAgain(shown, naming)),
  entry_limit: (shown, naming) =>
    refused(`Het ${times(shown.limit)} ingekom, al wat hierdie kaartjie mag.`, freeAgain(shown, naming)),
  too_soon: (shown, naming) =>
    refused(
      `Te gou: ${shown.limit ?? "’n paar"} minute moet tussen twee skanderings van hierdie kaartjie lê.`,
      freeAgain(shown, naming),
    ),
  gate_full: (shown) =>
    refused(
      `Hierdie hek is vol: ${crowd(shown)}, van dié wat hier ingekom het.`,
      "Stuur hulle na ’n ander hek, of wag totdat iemand uitgaan.",
    ),
  venue_full: (shown) =>
    refused(
      `Die plek is vol: ${crowd(shown)}.`,
      shown.hard === true
        ? "Niemand mag meer inlaat nie. Wag totdat iemand uitgaan."
        : `Wag totdat iemand uitgaan. ${SUPERVISOR}`,
    ),
  lease_used_up: () =>
    refused(
      "Daar is geen netwerk nie, en hierdie skandeerder mag niemand meer op sy eie inlaat nie.",
      "Gaan waar daar ’n netwerk is, of na ’n ander skandeerder.",
    ),
  typed_needs_network: () =>
    refused("’n Getikte kode word net met die netwerk nagegaan.", "Skandeer die kode, of wag vir die netwerk."),
  admitted: (shown) => letIn("ADMITTED", shown),
  readmitted: (shown) => letIn("READMITTED", shown),
  exited: ({ persons = 1 }) => ({ tone: "go", title: "OUT", what: `${people(persons)} uit.`, help: null }),
  exit_unmatched: ({ persons = 1 }) => ({
    ...{
      tone: "go",
      title: "OUT",
      what: `${people(persons)} uit.`,
      help: "Niemand was bekend as binne op hierdie kaartjie nie.",
    },
  }),
  repeat: () => ({
    ...{
      tone: "wait",
      title: "REPEAT",
      what: "Hierdie kaartjie is pas by hierdie skandeerder verby.",
    },
    help: "Niemand anders mag daarmee deurgaan nie. Om weer te skandeer, wag tien sekondes.",
  }),
};

/** A verdict that only a later server knows lets nobody pass. */
export function verdictInAfrikaans(shown: ShownVerdict, naming: Naming): VerdictText {
  if (Object.hasOwn(TEXTS, shown.verdict)) return TEXTS[shown.verdict](shown, naming);
  return refused(`Die deur sê "${shown.verdict}", wat nie hier bekend is nie.`, "Vra ’n toesighouer.");
}

function letIn(title: "ADMITTED" | "READMITTED", shown: ShownVerdict): VerdictText {
  const { persons = 1, inside, attention = null, against = null } = shown;
  const who = persons === 0 ? "Was reeds binne." : `${people(persons)} in.`;
  const counted = inside === undefined ? "" : ` ${inside} binne.`;
  const overridden = against === null ? [] : ["Deur ’n toesighouer ingelaat."];
  const help = [...overridden, ...(attention === null ? [] : [`Nota: ${attention}`])];
  return { tone: "go", title, what: who + counted, help: help.length > 0 ? help.join(" ") : null };
}

function stopped(what: string, { since, note = null }: ShownVerdict, { time }: Naming): string {
  const text = `${what}${since ? ` ${when(time(since))}` : ""}${note === null ? "" : `: ${note}`}`;
  return /^[^]*[.!?]$/.test(text) ? text : `${text}.`;
}

function nextWindow({ window = null }: ShownVerdict, { time }: Naming): string {
  return window === null
    ? "Dit laat nie weer in nie."
    : `Dit laat in van ${time(window.from)} tot ${time(window.until)}.`;
}

function freeAgain({ free_at = null }: ShownVerdict, { time }: Naming): string {
  return free_at === null
    ? `Dit laat nie weer in nie. ${SUPERVISOR}`
    : `Dit laat weer in van ${time(free_at)} af. ${SUPERVISOR}`;
}

/** Without a gate the row is a sweep of the whole place. */
function passage({ at, gate_id }: Passage, { gate, time }: Naming): string {
  return `${when(time(at))}${gate_id === null ? ", toe die plek leeggemaak is," : ` by ${gate(gate_id)}`}`;
}

function when(time: string): string {
  return /^\d\d:/.test(time) ? `om ${time}` : `op ${time}`;
}

function crowd({ inside, capacity }: ShownVerdict): string {
  return `${inside ?? "almal"} van ${capacity ?? "almal"} is binne`;
}

function times(count: number | undefined): string {
  if (count === undefined) return "dikwels";
  return count === 1 ? "een keer" : `${count} keer`;
}

function people(count: number): string {
  return count === 1 ? "1 persoon" : `${count} persone`;
}

function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} of ${names.at(-1)}`;
}
