// A fault as a line of a log: its kind and message, and never the values that a query was sent with.

export function describeFault(fault: unknown): string {
  if (!(fault instanceof Error)) return typeof fault;
  // Why the first cause: a failed query's own message repeats its parameters, and those may be a note or a key.
  let first = fault;
  while (first.cause instanceof Error) first = first.cause;
  return `${first.name}: ${first.message}`;
}

/** A mailer's fault may repeat whom it could not reach. */
export function withoutAddresses(text: string): string {
  return text.replace(/[^\s<>"']+@[^\s<>"']+/g, "(an address)");
}
