// Reads the arguments of a command, prints its usage for `--help`, and ends a command with arguments that its usage
// does not allow.

import { parseArgs, type ParseArgsConfig } from "node:util";
import { say } from "./terminal.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>;

/** The exit status after wrong arguments; the command has done nothing. A command that failed exits with 1. */
const MISUSED = 2;

/**
 * To be called before anything else is done. For `--help` it prints the usage on stdout and ends with 0. It ends with
 * `misuse` on an unknown option, on one without its value, and on more than `most` further arguments.
 */
export function readCommandLine<const O extends Options>(usage: string, options: O, most = 0): Parsed<O> {
  const args = process.argv.slice(2);
  if (args.some((word) => word === "--help" || word === "-h")) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  const parsed = parse(args, options, usage);
  const surplus = parsed.positionals[most];
  return surplus === undefined ? parsed : misuse(`Unexpected argument '${surplus}'.`, usage);
}

/** Ends the command with a line that says what is wrong with the arguments, and the usage. */
export function misuse(fault: string, usage: string): never {
  say(`${fault}\n${usage}`);
  process.exit(MISUSED);
}

/** The whole number that an option has; ends with `misuse` if it is none. */
export function wholeNumber(option: string, text: string, usage: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : misuse(`--${option} ${text} is not a whole number.`, usage);
}

function parse<const O extends Options>(args: string[], options: O, usage: string): Parsed<O> {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (fault) {
    // The rest of Node's message explains how to pass an argument that begins with a hyphen.
    const [first = ""] = (fault instanceof Error ? fault.message : String(fault)).split(/\.(?:\s|$)/);
    return misuse(`${first}.`, usage);
  }
}
