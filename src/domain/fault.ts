// A fault as a line of a log: its kind and message, and never the values that a query was sent with.

export function describeFault(fault: unknown): string {
  if (!(fault instanceof Error)) return typeof fault;
  // Why the cause: a failed query's own message repeats its parameters, and those may be a note or a key.
  const told = fault.cause instanceof Error ? fault.cause : fault;
  return `${told.name}: ${told.message}`;
}
