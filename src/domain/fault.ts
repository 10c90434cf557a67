// Describes a fault for a log line: its kind and message, never the values that a query was sent with.

export function describeFault(fault: unknown): string {
  if (!(fault instanceof Error)) return typeof fault;
  // The first cause is used: a failed query's own message repeats its parameters, which may be a note or a key.
  let first = fault;
  while (first.cause instanceof Error) first = first.cause;
  return `${first.name}: ${first.message}`;
}

/** A mailer's fault may contain the address that it could not reach. */
export function withoutAddresses(text: string): string {
  return text.replace(/[^\s<>"']+@[^\s<>"']+/g, "(an address)");
}
