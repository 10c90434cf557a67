// Writes what `npm start` prints: addresses to open, and commands to paste in order into one POSIX shell.

import { relative } from "node:path";
import { type Demo, demoPath, openEventOf } from "./demo.ts";

type Step = { readonly comment: string; readonly command: string };

/**
 * `crewCode` is null when there is none. Every line that is not a comment is a command. Comments have no quote signs, so
 * that any shell can skip them.
 */
export function guide(
  server: { readonly baseUrl: string; readonly demo: Demo; readonly stateDir: string },
  crewCode: string | null,
): string {
  const { baseUrl, demo } = server;
  const stateDirPrefix = process.env["STATE_DIR"] ? `STATE_DIR='${server.stateDir}' ` : "";
  const lines = steps(demo, relative(process.cwd(), demoPath(server.stateDir)), stateDirPrefix);
  return `
VoelgoedEvents serves ${baseUrl}

  Shop         ${baseUrl}/
  Console      ${baseUrl}/console
  Scanner      ${baseUrl}/scan${crewCode === null ? "" : `#${crewCode}`}
  API page     ${baseUrl}/docs
  Demo event   ${baseUrl}/v1/public/events/${openEventOf(demo).id}

Open the shop in a browser, and buy: the page of your order has a button that confirms it, as the organiser would.
To see it as the organiser, sign in to the console: ${demo.owner.email}, whose password is printed by
  ${ownerPassword(relative(process.cwd(), demoPath(server.stateDir)))}

Open the scanner in another window, and let in a ticket of Bushveld Exhibition, whose doors are open: by the camera, or by
the short code under its QR.

Or paste this into another terminal, in this folder, in this order:

${lines.map(({ comment: tells, command }) => `  # ${tells}\n  ${command}`).join("\n")}

Ctrl-C here stops the server; its data stays.
`;
}

/** `stateDirPrefix` is what a command needs before it when the data is not in the default folder. */
function steps(demo: Demo, demoFile: string, stateDirPrefix: string): Step[] {
  const { id: event, ticket_type_ids: types } = openEventOf(demo);
  const [gate, anotherGate] = demo.gate_ids;
  const scan = `${stateDirPrefix}npm run -s scan -- "$CODE" --event "$EVENT"`;
  return [
    {
      comment: "Where the server is, what to buy, and where to go in",
      command: `BASE=${demo.base_url} EVENT=${event} TYPE=${types[0]} GATE_1=${gate} GATE_2=${anotherGate}`,
    },
    { comment: "Read the public event", command: `curl -s "$BASE/v1/public/events/$EVENT"; echo` },
    {
      comment: "Mint a shopper",
      command: `TOKEN=$(curl -s -X POST "$BASE/v1/shoppers" | ${field("token", "vgs_")}); echo "$TOKEN"`,
    },
    {
      comment: "Hold two tickets",
      command: `HOLD=$(curl -s -X POST "$BASE/v1/ticket-types/$TYPE/holds" -H "Authorization: Bearer $TOKEN" -H "Idempotency-Key: hold-$(date +%s)" -H "Content-Type: application/json" -d '{"quantity": 2}'); printf '%s\\n' "$HOLD"`,
    },
    { comment: "See what is left", command: `curl -s "$BASE/v1/public/events/$EVENT/availability"; echo` },
    {
      comment: "Check out, with an address for the mails that the server prints",
      command: `ORDER=$(curl -s -X POST "$BASE/v1/checkouts" -H "Authorization: Bearer $TOKEN" -H "Idempotency-Key: checkout-$(date +%s)" -H "Content-Type: application/json" -d "{\\"hold_ids\\": [\\"$(printf '%s' "$HOLD" | ${field("id", "hold_")})\\"], \\"contact\\": {\\"name\\": \\"A Buyer\\", \\"email\\": \\"buyer@example.com\\"}}"); printf '%s\\n' "$ORDER"; ID=$(printf '%s' "$ORDER" | ${field("id", "ord_")})`,
    },
    {
      comment: "Read the order by its link, as any device of the buyer can",
      command: `curl -s "$BASE/v1/orders/$ID" -H "Authorization: Bearer $(printf '%s' "$ORDER" | ${field("order_link", "vgo_")})"; echo`,
    },
    {
      comment: "Confirm as the organiser, with the demo key of the owner",
      command: `curl -s -X POST "$BASE/v1/orders/$ID/confirm" -H "Authorization: Bearer $(${ownerKey(demoFile)})"; echo`,
    },
    {
      comment: "See the order's history, and who did what",
      command: `curl -s "$BASE/v1/orders/$ID/history" -H "Authorization: Bearer $(${ownerKey(demoFile)})"; echo`,
    },
    {
      comment: "See its tickets, by the link of the order",
      command: `TICKETS=$(curl -s "$BASE/v1/orders/$ID/tickets" -H "Authorization: Bearer $(printf '%s' "$ORDER" | ${field("order_link", "vgo_")})"); printf '%s\\n' "$TICKETS"`,
    },
    {
      comment: "Show the code of one, as a phone does and a scanner reads it",
      command: `SHOWN=$(curl -s "$BASE/v1/tickets/$(printf '%s' "$TICKETS" | ${field("id", "tkt_")})/code" -H "Authorization: Bearer $TOKEN"); printf '%s\\n' "$SHOWN"; CODE=$(printf '%s' "$SHOWN" | ${field("ticket_code", "VG1")})`,
    },
    {
      comment: "Scan it at the door, as the scanner of Gate 1 does: it is admitted",
      command: `${scan} --gate "$GATE_1"`,
    },
    {
      comment: "Somebody shows the same code at Gate 2: refused, and the exit status says so",
      command: `${scan} --gate "$GATE_2" || echo "exit status $?"`,
    },
    {
      comment: "Watch what is sold, the gates and who is inside; Ctrl-C ends it",
      command: `${stateDirPrefix}npm run -s watch -- --event ${event}`,
    },
  ];
}

/** A command that takes one field out of one line of JSON; `pattern` matches its value. */
function field(name: string, pattern: string): string {
  return `sed 's/.*"${name}": *"\\(${pattern}[^"]*\\)".*/\\1/'`;
}

/** Read from the file, so that the key appears neither on the screen nor in the history of the shell. */
function ownerKey(demoFile: string): string {
  return `sed -n 's/.*"owner": *"\\([^"]*\\)".*/\\1/p' '${demoFile}'`;
}

/** The first password of the file is the owner's. It is not printed itself, since terminals keep what was printed. */
function ownerPassword(demoFile: string): string {
  return `sed -n '/"owner": {/,/}/s/.*"password": *"\\([^"]*\\)".*/\\1/p' '${demoFile}'`;
}
