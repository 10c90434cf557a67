// Decides whether the session has another owner, a member in one organisation. All tabs share the session, so another
// tab may change it.

type Me = { readonly id: string; readonly organization: { readonly id: string } };
type StoredOwner = { readonly kind?: string; readonly email?: string; readonly me?: Me };

export function whoseOf({ id, organization }: Me): string {
  return `${id} ${organization.id}`;
}

/** Whether the session has another owner now. Somebody who has yet to choose an organisation counts as the same. */
export function isAnother(before: StoredOwner, now: StoredOwner): boolean {
  if (before.email !== undefined && now.email !== undefined && before.email !== now.email) return true;
  return before.me !== undefined && now.me !== undefined && whoseOf(before.me) !== whoseOf(now.me);
}
