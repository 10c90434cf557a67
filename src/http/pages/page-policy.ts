// Writes what a browser may do with a page of ours: only what the page names, in no frame, and apart from its opener.

/** The Content-Security-Policy that allows `sources` and nothing else, such as `script-src 'self'; `. */
export function policyOf(sources: string): string {
  return `default-src 'none'; ${sources}base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}
