// Finds a crew code (rule D22) in a text. Pure.

/** The crew code in a text that was pasted, typed or scanned, alone or as a link; null when there is none. */
export function crewCodeIn(text: string): string | null {
  return /vgc_[0-9a-hjkmnp-tv-z]{26}(?![0-9a-z])/.exec(text.trim().toLowerCase())?.[0] ?? null;
}
