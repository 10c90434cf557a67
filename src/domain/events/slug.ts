// Checks the slugs of organisations, venues and events. It is apart from their other fields (catalogue.ts), which a
// storefront does not need.

export const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
export const MAX_SLUG = 100;

/** Whether an organisation, a venue or an event may have this slug. */
export function isSlug(text: string): boolean {
  return text.length <= MAX_SLUG && SLUG.test(text);
}
