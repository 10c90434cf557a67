// Reports a long run's progress on stderr: a line every few seconds, and one at the end.

const EVERY_MS = 5_000;

export type Progress = { add(done: number): void; end(): void };

/** `total` worlds; `silent` for programs, which get it another way. */
export function openProgress(total: number, silent: boolean): Progress {
  const begun = performance.now();
  let done = 0;
  let toldAt = begun;

  function tell(): void {
    if (silent) return;
    const seconds = (performance.now() - begun) / 1_000;
    const rate = done / seconds;
    const left = done < total ? `, ${minutes((total - done) / rate)} to go` : "";
    console.error(
      `${done.toLocaleString("en")} of ${total.toLocaleString("en")} worlds in ${minutes(seconds)}, ${rate.toFixed(0)}/s${left}`,
    );
  }

  return {
    add(more) {
      done += more;
      process.send?.({ done });
      if (performance.now() - toldAt < EVERY_MS) return;
      toldAt = performance.now();
      tell();
    },
    end: tell,
  };
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(1)} min`;
}
