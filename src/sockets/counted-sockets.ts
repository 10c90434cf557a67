// Counts the open sockets of an object, or of one audience, without listing them: a list of thousands for each that joins
// and for each push would take more time than the frames.

export type CountedSockets = {
  /** Lists all sockets, for a frame; their number becomes the count. */
  list(): readonly WebSocket[];
  /** A socket that was closed from this end counts until its other end has replied. */
  count(): number;
  joined(): void;
  left(): void;
};

export function openCountedSockets(listed: () => WebSocket[]): CountedSockets {
  /** Null when the count is not known. */
  let openCount: number | null = null;

  function list(): readonly WebSocket[] {
    const all = listed();
    openCount = all.length;
    return all;
  }
  const count = (): number => openCount ?? list().length;

  return {
    list,
    count,
    joined() {
      openCount = count() + 1;
    },
    left() {
      const left = count() - 1;
      // Not 0, but unknown, so that the sockets are listed again: the count may be too low, and with 0 a follower would get
      // nothing.
      openCount = left > 0 ? left : null;
    },
  };
}
