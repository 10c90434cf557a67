// Whose screens these are: a member in one organisation. A session is of all tabs of a browser, so that it may change behind one.

type Me = { readonly id: string; readonly organization: { readonly id: string } };
type Known = { readonly kind?: string; readonly email?: string; readonly me?: Me };

export function whoseOf({ id, organization }: Me): string {
  return `${id} ${organization.id}`;
}

/** Whether what was shown before is not for whoever is here now. Somebody who has yet to choose an organisation is nobody else. */
export function isAnother(before: Known, now: Known): boolean {
  if (before.email !== undefined && now.email !== undefined && before.email !== now.email) return true;
  return before.me !== undefined && now.me !== undefined && whoseOf(before.me) !== whoseOf(now.me);
}
