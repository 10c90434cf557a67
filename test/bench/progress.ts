// How far the bench is, on stderr: stdout is the report's alone.

export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}
