// Scanners that all come back at one time, and load what has changed since their bundles (rules D17, D24).

import { expect, test } from "vitest";
import { must } from "../../../../src/domain/result.ts";
import { MAX_LOOKING, openBundleTaker } from "../../../../src/door/bundle-taker.ts";
import { openTicketPages } from "../../../../src/door/storage/ticket-pages.ts";
import { codeOf, openDoorOnDisk } from "../../../support/door/on-disk.ts";

/** A door that three came to, and what takes its bundles; `looked` counts who went through the rows of its log. */
function openCrowd() {
  const door = openDoorOnDisk();
  const pages = openTicketPages(door.storage);
  for (const serial of [1, 2, 3]) door.scan({ as: serial, code: codeOf(serial) });
  let goOn = () => {};
  const paused = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const here = { door, looked: 0, goOn };
  const taker = openBundleTaker({
    book: () => door.ledger().book(),
    pages: {
      ...pages,
      changedSince(seq) {
        here.looked += 1;
        return pages.changedSince(seq);
      },
    },
    clock: () => door.now,
    pause: () => paused,
  });
  return Object.assign(here, { take: taker.take });
}

test("[D17] [D24] only a few bundle reads run at once; a further one is put off before it reads a row", async () => {
  const crowd = openCrowd();
  const many = Array.from({ length: 80 }, () => crowd.take({ since: 2, tags: [] }));
  expect(crowd.looked).toBe(MAX_LOOKING);
  expect(await Promise.all(many.slice(MAX_LOOKING))).toEqual(many.slice(MAX_LOOKING).map(() => "overloaded"));
  const whole = crowd.take({ since: 0, tags: [] });
  crowd.goOn();
  for (const taken of await Promise.all([...many.slice(0, MAX_LOOKING), whole]))
    expect(taken).toMatchObject({ bytes: expect.any(Uint8Array) });
  expect(await crowd.take({ since: 2, tags: [] })).toMatchObject({ bytes: expect.any(Uint8Array) });
});

test("[D24] one that fails makes room for the next", async () => {
  const crowd = openCrowd();
  crowd.goOn();
  crowd.door.storage.sql.exec("ALTER TABLE log RENAME TO gone");
  for (let n = 0; n <= MAX_LOOKING; n += 1) await expect(crowd.take({ since: 2, tags: [] })).rejects.toThrow(/log/);
  crowd.door.storage.sql.exec("ALTER TABLE gone RENAME TO log");
  expect(await crowd.take({ since: 2, tags: [] })).toMatchObject({ bytes: expect.any(Uint8Array) });
});

test("[D17] a scanner with all rows up to the last reads none", async () => {
  const crowd = openCrowd();
  crowd.goOn();
  const taken = must(await crowd.take({ since: 0, tags: [] }), "there is a door");
  if (taken === "overloaded") throw new Error("nobody else looks");
  const again = await crowd.take({ since: 2, tags: [taken.tag] });
  expect([again, crowd.looked]).toEqual([{ tag: taken.tag, bytes: null }, 0]);
});
