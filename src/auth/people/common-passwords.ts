// Recognises the passwords that are guessed first (rule P7): those of the best-known lists that have ten characters or
// more, by their words, and by the patterns of such lists. It is small on purpose, since it is part of the bundle.

const WORDS = [
  ..."password passw0rd p@ssword p@ssw0rd wagwoord qwerty qwertyuiop asdfghjkl zxcvbnm iloveyou welcome welkom".split(
    " ",
  ),
  ..."letmein admin administrator monkey dragon football baseball basketball superman batman trustno1 sunshine".split(
    " ",
  ),
  ..."princess starwars whatever computer internet michelle jennifer charlie changeme default secret login".split(" "),
  ..."springbok springbokke suidafrika southafrica pretoria voelgoed voelgoedevents tickets kaartjies".split(" "),
  ..."abc abcdef 1q2w3e4r 1q2w3e4r5t 1qaz2wsx qazwsx q1w2e3r4 zaq12wsx asdf qwer test hello master shadow".split(" "),
];
const KNOWN = new Set(WORDS);
const RUNS = [
  "01234567890123456789",
  "98765432109876543210",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiopasdfghjklzxcvbnm",
];

/**
 * Whether it is a well-known word (alone, repeated, or with digits and signs around it), a run of keys, or made of few
 * characters.
 */
export function isCommonPassword(password: string): boolean {
  const text = password.normalize("NFKC").toLowerCase();
  if (new Set(text).size <= 3) return true;
  const core = /[a-z](?:[^]*[a-z])?/.exec(text)?.[0] ?? "";
  return [text, core, unitOf(text), unitOf(core)].some(
    (each) => KNOWN.has(each) || RUNS.some((run) => each.length > 3 && run.includes(each)),
  );
}

/** The shortest text of which this one is a repetition. */
function unitOf(text: string): string {
  const end = `${text}${text}`.indexOf(text, 1);
  return end < 0 ? text : text.slice(0, end);
}
