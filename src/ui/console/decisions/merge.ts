// Merges two concurrent changes (rule C3), field by field, from the common base, the present values, and what was typed
// here.

/** Values as JSON, compared by content. */
export type Fields = Readonly<Record<string, unknown>>;

/** One field that both sides changed, to different values. */
export type Clash = { readonly name: string; readonly base: unknown; readonly theirs: unknown; readonly mine: unknown };

export type Merged = {
  /** The fields that only this side changed, which may be written as they are. */
  readonly mine: Fields;
  /** The fields that only the other side changed, which stay and are shown. */
  readonly theirs: readonly { readonly name: string; readonly base: unknown; readonly theirs: unknown }[];
  readonly clashes: readonly Clash[];
};

export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

/** The fields of `typed` that differ from `base`. */
export function changesOf(base: Fields, typed: Fields): Fields {
  return Object.fromEntries(Object.entries(typed).filter(([name, value]) => !isSame(base[name], value)));
}

export function merge(base: Fields, theirs: Fields, typed: Fields): Merged {
  const names = Object.keys(typed);
  const byMe = names.filter((name) => !isSame(base[name], typed[name]));
  const byThem = names.filter((name) => !isSame(base[name], theirs[name]));
  const clashing = byMe.filter((name) => byThem.includes(name) && !isSame(theirs[name], typed[name]));
  const own = byMe.filter((name) => !byThem.includes(name));
  return {
    mine: Object.fromEntries(own.map((name) => [name, typed[name]])),
    theirs: byThem
      .filter((name) => !byMe.includes(name))
      .map((name) => ({ name, base: base[name], theirs: theirs[name] })),
    clashes: clashing.map((name) => ({ name, base: base[name], theirs: theirs[name], mine: typed[name] })),
  };
}

/** Whether the other side changed only what is not in the form, such as a picture: there is nothing to choose. */
export function isApart({ clashes, theirs }: Merged): boolean {
  return clashes.length === 0 && theirs.length === 0;
}

/** What is written once each clash is decided: our own changes, and those clashes in which ours was chosen. */
export function afterChoice(merged: Merged, chosen: Readonly<Record<string, "mine" | "theirs">>): Fields {
  const won = merged.clashes.filter(({ name }) => chosen[name] === "mine");
  return { ...merged.mine, ...Object.fromEntries(won.map(({ name, mine }) => [name, mine])) };
}
