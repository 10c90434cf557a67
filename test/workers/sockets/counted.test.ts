// Sockets are counted, not listed: a crowd that joins, and pushes to it, cost no list of thousands (rules L4, L6).

import { describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { newFeedState } from "../../../src/feed/feed-state.ts";
import { openCountedSockets } from "../../../src/sockets/counted-sockets.ts";
import { openFeedSockets } from "../../../src/feed/feed-sockets.ts";
import { viewerOn } from "../support/socket.ts";

describe("an object's sockets", () => {
  it("[L4] are listed once, then counted as they come and go; that none is left is checked", () => {
    let open = 3;
    let lists = 0;
    const sockets = openCountedSockets(() => {
      lists += 1;
      return Array.from<WebSocket>({ length: open });
    });
    sockets.joined();
    expect([sockets.count(), lists]).toEqual([4, 1]);
    sockets.left();
    sockets.left();
    sockets.left();
    expect([sockets.count(), lists]).toEqual([1, 1]);
    open = 1;
    sockets.left();
    expect([sockets.count(), lists], "one whose end was told twice hides nobody").toEqual([1, 2]);
    open = 7;
    expect(sockets.list()).toHaveLength(7);
    expect([sockets.count(), lists]).toEqual([7, 3]);
  });
});

describe("a feed", () => {
  it("[L4] [L6] lists the sockets of an audience for each frame to it, and for nobody who joins", async () => {
    const state = newFeedState();
    const counts = { total: 9, sold: 0, held: 0, withdrawn: 0, available: 9 };
    const type = { id: newId("tt"), seq: 1, status: "available", ...counts } as const;
    state.types.set(type.id, type);
    state.catalogue = {
      position: 1,
      organizationId: newId("org"),
      venueId: newId("ven"),
      event: { id: newId("evt"), status: "live", version: 1 },
      gates: [],
      ticketTypeIds: [type.id],
    };
    const accepted = new Map<string, WebSocket[]>([
      ["public", []],
      ["scanner", []],
    ]);
    const listed: (string | undefined)[] = [];
    const keptAt: number[] = [];
    const feed = openFeedSockets({
      sockets: {
        acceptWebSocket: (socket, tags = []) => {
          socket.accept();
          for (const tag of tags) accepted.get(tag)?.push(socket);
        },
        getWebSockets: (tag) => {
          listed.push(tag);
          return [...(accepted.get(tag ?? "") ?? [])];
        },
        getTags: () => ["public"],
      },
      state: () => state,
      clock: Date.now,
      keep: () => keptAt.push([...accepted.values()].flat().length) > 0,
      elsewhere: () => 0,
    });
    const join = (audience: "public" | "scanner") => viewerOn(feed.join(new Request("https://feed"), audience, null));
    const viewers = [join("public"), join("public"), join("public"), join("scanner")];
    expect(keptAt, "what a snapshot shows is stored before it is sent (L1)").toEqual([0, 1, 2, 3]);
    expect(listed.sort(), "each once, to begin with").toEqual(["public", "scanner"]);
    expect(feed.count()).toBe(4);
    feed.changed({ types: [type.id] });
    expect(listed).toHaveLength(4);
    for (const viewer of viewers) await viewer.until((frame) => frame.type === "occupancy");
    const scanner = await viewers[3]?.until((frame) => frame.type === "occupancy");
    expect(scanner?.sockets, "counted for the scanners without another list").toBe(4);
    for (const [public1] of [accepted.get("public") ?? []]) if (public1) feed.left(public1);
    join("public");
    expect([feed.count(), listed.length]).toEqual([4, 4]);
  });
});
