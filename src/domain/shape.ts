// Checks whether a value that another release may have sent has the shape that the code relies on.

export type Check<T> = (value: unknown) => value is T;
/** A check for each field, including optional ones. Fields that are not named are not checked. */
export type Shape<T> = { readonly [Field in keyof T]-?: Check<T[Field]> };

export const isString: Check<string> = (value) => typeof value === "string";
export const isBoolean: Check<boolean> = (value) => typeof value === "boolean";
export const isInteger: Check<number> = (value): value is number => Number.isSafeInteger(value);
export const isCount: Check<number> = (value): value is number => isInteger(value) && value >= 0;

export function id<T extends string>(parse: (text: string) => T | null): Check<T> {
  return (value): value is T => typeof value === "string" && parse(value) !== null;
}

export function oneOf<const T>(allowed: readonly T[]): Check<T> {
  return (value): value is T => allowed.includes(value as T);
}

export function orNull<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value);
}

export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value): value is T | undefined => value === undefined || check(value);
}

export function listOf<T>(check: Check<T>): Check<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(check);
}

export function shaped<T extends object>(shape: Shape<T>): Check<T> {
  const wrong = faultFinder(shape);
  return (value): value is T => wrong(value) === null;
}

/** One of several shapes; the text in `field` says which. */
export function tagged<F extends string, T extends { readonly [Field in F]: string }>(
  field: F,
  arms: { readonly [Tag in T[F]]: Shape<Omit<Extract<T, { readonly [Field in F]: Tag }>, F>> },
): Check<T> {
  const finders = new Map(Object.entries<object>(arms).map(([tag, shape]) => [tag, faultFinder(shape)]));
  return (value): value is T => {
    if (typeof value !== "object" || value === null) return false;
    const tag = (value as Readonly<Record<string, unknown>>)[field];
    return typeof tag === "string" && finders.get(tag)?.(value) === null;
  };
}

/** Returns the name of the first field that does not match `shape`, "" for a value without fields, null when all match. */
export function faultFinder(shape: object): (value: unknown) => string | null {
  // The cast holds, since a shape has nothing but checks.
  const checks = Object.entries(shape) as [string, (value: unknown) => boolean][];
  return (value) => {
    if (typeof value !== "object" || value === null) return "";
    const fields = value as Readonly<Record<string, unknown>>;
    for (const [name, check] of checks) if (!check(fields[name])) return name;
    return null;
  };
}

/**
 * Makes a `faultFinder` for each kind of command. It returns, for example, `hold.quantity`; "kind" for an unknown kind;
 * null when all is well.
 */
export function commandChecker<Kind extends string>(
  shapes: Readonly<Record<Kind, object>>,
): (command: { readonly kind: Kind }) => string | null {
  const finders = new Map<string, (value: unknown) => string | null>(
    Object.entries<object>(shapes).map(([kind, shape]) => [kind, faultFinder(shape)]),
  );
  return (command) => {
    const finder = finders.get(command.kind);
    if (!finder) return "kind";
    const field = finder(command);
    return field === null ? null : `${command.kind}.${field}`;
  };
}
