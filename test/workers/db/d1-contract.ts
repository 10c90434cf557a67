// What the product relies on of D1, as cases: run against D1 itself in workerd, and against its stand-in in simulated
// worlds. Both must give these very results.

/** `results` of a statement that only writes is empty. */
type Seen = { readonly results: readonly unknown[]; readonly changes: number };

export type D1Case = {
  readonly title: string;
  readonly run: (d1: D1Database) => Promise<unknown>;
  readonly expected: unknown;
};

/** To be made before each case, and dropped before that. */
export const D1_TABLES = [
  "DROP TABLE IF EXISTS contract_child",
  "DROP TABLE IF EXISTS contract",
  "CREATE TABLE contract (id TEXT PRIMARY KEY, n INTEGER NOT NULL CHECK (n >= 0), note TEXT)",
  "CREATE TABLE contract_child (id TEXT PRIMARY KEY, parent TEXT NOT NULL REFERENCES contract (id))",
];

const insert = (d1: D1Database, id: string, n: number) =>
  d1.prepare("INSERT INTO contract (id, n) VALUES (?, ?)").bind(id, n);

const all = async (d1: D1Database): Promise<unknown[]> =>
  (await d1.prepare("SELECT id, n FROM contract ORDER BY id").all()).results;

function seen({ results, meta }: { results: unknown[]; meta: { changes?: number } }): Seen {
  return { results, changes: meta.changes ?? 0 };
}

/** Whether it fails with D1's mark. */
async function markOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "no fault";
  } catch (fault) {
    return fault instanceof Error && fault.message.startsWith("D1_ERROR") ? "D1_ERROR" : String(fault);
  }
}

export const D1_CASES: readonly D1Case[] = [
  {
    title: "a batch answers each statement with its rows and how many it changed",
    run: async (d1) =>
      (
        await d1.batch([
          insert(d1, "a", 1),
          insert(d1, "b", 2),
          d1.prepare("UPDATE contract SET n = n + 1"),
          d1.prepare("UPDATE contract SET n = 0 WHERE id = 'nobody'"),
          d1.prepare("SELECT id, n FROM contract ORDER BY id"),
        ])
      ).map(seen),
    expected: [
      { results: [], changes: 1 },
      { results: [], changes: 1 },
      { results: [], changes: 2 },
      { results: [], changes: 0 },
      {
        results: [
          { id: "a", n: 2 },
          { id: "b", n: 3 },
        ],
        changes: 0,
      },
    ],
  },
  {
    title: "changes() in a batch is the statement before, and a chain of it writes all or nothing",
    async run(d1) {
      const chain = (id: string, from: number) =>
        d1.batch([
          d1.prepare("UPDATE contract SET n = n + 10 WHERE id = ? AND n = ?").bind(id, from),
          d1.prepare("INSERT INTO contract (id, n) SELECT ?, 1 WHERE changes() = 1").bind(`${id}${from}`),
          d1.prepare("INSERT INTO contract (id, n) SELECT ?, 2 WHERE changes() = 1").bind(`${id}${from}+`),
        ]);
      await insert(d1, "a", 1).run();
      const changes = [await chain("a", 1), await chain("a", 1)].map((answers) =>
        answers.map(({ meta }) => meta.changes),
      );
      return { changes, rows: await all(d1) };
    },
    expected: {
      changes: [
        [1, 1, 1],
        [0, 0, 0],
      ],
      rows: [
        { id: "a", n: 11 },
        { id: "a1", n: 1 },
        { id: "a1+", n: 2 },
      ],
    },
  },
  {
    title: "a SELECT between two writes of a batch does not change what changes() says",
    async run(d1) {
      await d1.batch([
        insert(d1, "a", 1),
        d1.prepare("SELECT 1"),
        d1.prepare("INSERT INTO contract (id, n) SELECT 'b', 2 WHERE changes() = 1"),
      ]);
      return all(d1);
    },
    expected: [
      { id: "a", n: 1 },
      { id: "b", n: 2 },
    ],
  },
  {
    title: "a batch that fails has written nothing, and its fault bears D1's mark",
    async run(d1) {
      const marks = [
        await markOf(d1.batch([insert(d1, "a", 1), insert(d1, "b", -1)])),
        await markOf(d1.batch([insert(d1, "c", 1), insert(d1, "c", 1)])),
        await markOf(insert(d1, "d", -1).run()),
      ];
      return { marks, rows: await all(d1) };
    },
    expected: { marks: ["D1_ERROR", "D1_ERROR", "D1_ERROR"], rows: [] },
  },
  {
    title: "foreign keys are held",
    run: (d1) => markOf(d1.prepare("INSERT INTO contract_child (id, parent) VALUES ('x', 'nobody')").run()),
    expected: "D1_ERROR",
  },
  {
    title: "ON CONFLICT DO NOTHING changes nothing, and RETURNING answers the rows that were written",
    async run(d1) {
      await insert(d1, "a", 1).run();
      const answers = await d1.batch([
        d1.prepare("INSERT INTO contract (id, n) VALUES ('a', 9) ON CONFLICT DO NOTHING"),
        d1.prepare("INSERT INTO contract (id, n) VALUES ('b', 2) RETURNING id"),
        d1.prepare("UPDATE contract SET n = 5 WHERE id = 'nobody' RETURNING id"),
      ]);
      return answers.map(seen);
    },
    expected: [
      { results: [], changes: 0 },
      { results: [{ id: "b" }], changes: 1 },
      { results: [], changes: 0 },
    ],
  },
  {
    title: "raw answers columns by position, of one name or not; all keeps the last of one name",
    async run(d1) {
      await insert(d1, "a", 1).run();
      const query = "SELECT id, n, 'last' AS id FROM contract";
      return { raw: await d1.prepare(query).raw(), all: (await d1.prepare(query).all()).results };
    },
    expected: { raw: [["a", 1, "last"]], all: [{ id: "last", n: 1 }] },
  },
  {
    title: "values come back as they went in: text, whole numbers, null, and a boolean as a number",
    async run(d1) {
      const bound = d1
        .prepare("SELECT ? AS text, ? AS n, ? AS none, ? AS yes")
        .bind("é'\"", 1_796_119_200_000, null, true);
      return bound.first();
    },
    expected: { text: "é'\"", n: 1_796_119_200_000, none: null, yes: 1 },
  },
  {
    title: "a set of any size goes in as one bound value",
    async run(d1) {
      const ids = JSON.stringify(Array.from({ length: 300 }, (_, n) => `id-${n}`));
      await d1
        .prepare("INSERT INTO contract (id, n) SELECT value, 1 FROM json_each(?) WHERE true ON CONFLICT DO NOTHING")
        .bind(ids)
        .run();
      return d1
        .prepare("SELECT COUNT(*) AS n FROM contract WHERE id IN (SELECT value FROM json_each(?))")
        .bind(ids)
        .first();
    },
    expected: { n: 300 },
  },
];
