// The open sockets of an object, or of one audience, counted without listing them: a list of thousands for each that
// joins and for each push would take more time than the frames.

export type CountedSockets = {
  /** All of them, for a frame; the count is theirs from then on. */
  list(): readonly WebSocket[];
  /** Those that were told goodbye count until their other end has answered. */
  count(): number;
  joined(): void;
  left(): void;
};

export function openCountedSockets(listed: () => WebSocket[]): CountedSockets {
  /** Null: not known. */
  let known: number | null = null;

  function list(): readonly WebSocket[] {
    const all = listed();
    known = all.length;
    return all;
  }
  const count = (): number => known ?? list().length;

  return {
    list,
    count,
    joined() {
      known = count() + 1;
    },
    left() {
      const left = count() - 1;
      // Why not 0: that nobody follows must not be said of one who does.
      known = left > 0 ? left : null;
    },
  };
}
