// What a command says to the person who runs it: progress and faults on stderr, results on stdout.

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Ends the command with status 1; `process.on("exit")` hooks still run. */
export function fail(message: string): never {
  say(message);
  process.exit(1);
}
