// Says what a scenario of the bench is: `npm run bench -- --scenario NAME` runs one, without a name all run.

/**
 * `rounds` of `seconds` each are the default; a scenario that counts, or fills, may need neither. `flushMs`: by how much
 * each flush to disk is slowed meanwhile (flush.ts); it may decide what is to be reached.
 */
export type ScenarioOptions = { readonly rounds: number; readonly seconds: number; readonly flushMs: number };
export type Table = { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
/** `figures` are what `--json` writes, by name; `notes` are printed under the tables. */
export type ScenarioResult = {
  readonly tables: readonly Table[];
  readonly figures: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
};
export type Scenario = {
  readonly name: string;
  readonly describe: string;
  run(options: ScenarioOptions): Promise<ScenarioResult>;
};
