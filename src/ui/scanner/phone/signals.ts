// Plays the sound and the vibration of a verdict (rule W2): five that a steward can tell apart without looking. They
// are generated here, so that nothing has to be loaded.

export type Cue = "in" | "out" | "wait" | "stop" | "alarm";

/** Hz and ms, one after the other; 0 Hz is silence. */
const TUNES: Readonly<
  Record<Cue, { readonly wave: OscillatorType; readonly notes: readonly (readonly [number, number])[] }>
> = {
  in: {
    wave: "sine",
    notes: [
      [880, 70],
      [1_320, 130],
    ],
  },
  out: {
    wave: "sine",
    notes: [
      [988, 70],
      [659, 130],
    ],
  },
  wait: {
    wave: "triangle",
    notes: [
      [587, 90],
      [0, 50],
      [587, 90],
    ],
  },
  stop: { wave: "square", notes: [[196, 420]] },
  alarm: {
    wave: "square",
    notes: [
      [392, 120],
      [294, 120],
      [392, 120],
      [294, 120],
      [392, 120],
    ],
  },
};
const PATTERNS: Readonly<Record<Cue, number[]>> = {
  in: [60],
  out: [40, 40, 40],
  wait: [120, 80, 120],
  stop: [400],
  alarm: [150, 60, 150, 60, 150, 60, 300],
};
const LOUDNESS = 0.25;
const FADE_S = 0.008;

let context: AudioContext | null = null;

/** To be called when somebody presses something, since browsers allow sound only after that. */
export async function wakeSound(): Promise<void> {
  context ??= new AudioContext();
  await context.resume();
}

export function playCue(cue: Cue): void {
  if (context?.state !== "running") return;
  const { wave, notes } = TUNES[cue];
  let at = context.currentTime;
  for (const [hertz, ms] of notes) {
    const end = at + ms / 1_000;
    if (hertz > 0) playNote(context, wave, hertz, at, end);
    at = end;
  }
}

function playNote(on: AudioContext, wave: OscillatorType, hertz: number, from: number, until: number): void {
  const [tone, volume] = [on.createOscillator(), on.createGain()];
  tone.type = wave;
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(LOUDNESS, from + FADE_S);
  volume.gain.setValueAtTime(LOUDNESS, until - FADE_S);
  volume.gain.linearRampToValueAtTime(0, until);
  tone.connect(volume).connect(on.destination);
  tone.start(from);
  tone.stop(until);
}

export function canVibrate(): boolean {
  return typeof navigator.vibrate === "function";
}

export function vibrateCue(cue: Cue): void {
  if (canVibrate()) navigator.vibrate(PATTERNS[cue]);
}
