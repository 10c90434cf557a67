// Prints what a command has to say: progress and faults on stderr, results on stdout.

import { writtenOut } from "../../domain/text/text.ts";

/** The line may have text that others wrote; nothing in it can control the terminal (rule X9). */
export function say(line: string): void {
  process.stderr.write(`${writtenOut(line)}\n`);
}

/** Prints a line of the command's result. */
export function printResult(line: string): void {
  process.stdout.write(`${writtenOut(line)}\n`);
}

/** If help was requested, prints the usage on stdout and ends the command. To be called before anything else is done. */
export function helpOn(usage: string): void {
  if (!process.argv.slice(2).some((word) => word === "--help" || word === "-h")) return;
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}

/** Ends the command with status 1; `process.on("exit")` listeners still run. */
export function fail(message: string): never {
  say(message);
  process.exit(1);
}
