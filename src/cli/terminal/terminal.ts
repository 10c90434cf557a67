// Prints the output of commands: progress and faults on stderr, results on stdout.

import { writtenOut } from "../../domain/text/text.ts";

/** The line may have text that others wrote; nothing in it can control the terminal (rule X9). */
export function say(line: string): void {
  process.stderr.write(`${writtenOut(line)}\n`);
}

/** Prints a line of the command's result. */
export function printResult(line: string): void {
  process.stdout.write(`${writtenOut(line)}\n`);
}

/** Ends the command with status 1; `process.on("exit")` listeners still run. */
export function fail(message: string): never {
  say(message);
  process.exit(1);
}
