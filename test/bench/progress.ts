// Reports the bench's progress on stderr: stdout is only for the report.

export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}
