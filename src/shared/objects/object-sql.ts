// What the stores of objects share: the slice of an object's SQLite that they use, and the numbered steps that create its
// tables.

export type SqlValue = string | number | null;
export type SqlRow = Record<string, SqlValue>;

export type SqlStorage = {
  readonly sql: { exec(query: string, ...bindings: SqlValue[]): { toArray(): SqlRow[] } };
  transactionSync<T>(work: () => T): T;
};

export type ReadAll = (query: string, ...bindings: SqlValue[]) => SqlRow[];

/** The tables' numbered steps: each runs once, in order. */
export type Steps = {
  /** Whether the tables exist. An object that is never given terms must leave no storage behind (rule X5). */
  ready(): boolean;
  /** Creates the tables, in a transaction of the caller, which calls `taken` once it is done. */
  take(): void;
  taken(): void;
  /** To be called once the storage is deleted. */
  forget(): void;
};

const SQL = {
  steps: "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'steps'",
  countSteps: "SELECT COUNT(*) AS done FROM steps",
  createSteps: "CREATE TABLE steps (id INTEGER PRIMARY KEY)",
  insertStep: "INSERT INTO steps (id) VALUES (?)",
} as const;

/** Runs the steps that an older object has not run yet, before anything is read. */
export function openSteps(storage: SqlStorage, steps: readonly string[]): Steps {
  const all: ReadAll = (query, ...bindings) => storage.sql.exec(query, ...bindings).toArray();
  let isReady = all(SQL.steps).length > 0;
  if (isReady) storage.transactionSync(takeMissing);

  function takeMissing(): void {
    const done = Number(all(SQL.countSteps)[0]?.["done"]);
    for (const [index, step] of steps.entries()) {
      if (index < done) continue;
      all(step);
      all(SQL.insertStep, index + 1);
    }
  }

  return {
    ready: () => isReady,
    take() {
      if (isReady) return;
      all(SQL.createSteps);
      takeMissing();
    },
    taken() {
      isReady = true;
    },
    forget() {
      isReady = false;
    },
  };
}

/** The values of the columns, each by its position in a row of `json_each`. */
export function valuesOf(columns: string): string {
  return columns
    .split(", ")
    .map((_, index) => `value ->> ${index}`)
    .join(", ");
}

/** The columns, each with the name of its table in a join. */
export function columnsOf(table: string, columns: string): string {
  return columns
    .split(", ")
    .map((column) => `${table}.${column}`)
    .join(", ");
}
