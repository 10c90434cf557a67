// What a command says to the person who runs it: progress and faults on stderr, results on stdout.

import { writtenOut } from "../domain/text.ts";

/** What others wrote may be in it: nothing of it acts on the terminal (rule X9). */
export function say(line: string): void {
  process.stderr.write(`${writtenOut(line)}\n`);
}

/** A line of the command's result. */
export function answer(line: string): void {
  process.stdout.write(`${writtenOut(line)}\n`);
}

/** Ends the command with how it is used, on stdout, when that is what was asked. Called before anything else is done. */
export function helpOn(usage: string): void {
  if (!process.argv.slice(2).some((word) => word === "--help" || word === "-h")) return;
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}

/** Ends the command with status 1; `process.on("exit")` hooks still run. */
export function fail(message: string): never {
  say(message);
  process.exit(1);
}
