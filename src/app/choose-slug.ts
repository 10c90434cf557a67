// Chooses the slug of a new venue or event (rules V1, E1): the one that the client sent, or one made from the name.

import { encodeBody } from "../domain/ids.ts";
import { slugFrom } from "../domain/events/catalogue.ts";

/** A slug that the client sent is never changed. One made from the name gets a short random suffix if it is taken. */
export function chooseSlug(sent: string | undefined, name: string, fallback: string, attempt: number): string {
  if (sent !== undefined) return sent;
  const slug = slugFrom(name, fallback);
  if (attempt === 0) return slug;
  const random = encodeBody(crypto.getRandomValues(new Uint8Array(16)));
  return `${slug}-${random.slice(0, 6)}`;
}
