// Computes the size to which a picture that is too large is scaled down: as large as a page shows it, in its own
// proportions.

const SIDE = 1_600;

type Size = { readonly width: number; readonly height: number };

export function shrunkTo({ width, height }: Size): Size {
  const scale = Math.min(1, SIDE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
