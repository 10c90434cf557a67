// Turns a refusal into a text in the reader's language, with what to do (rule C2). The server's own texts are for
// developers.

import type { Problem } from "../../../client/client.ts";
import type { ConsoleTexts } from "../texts/en.ts";

type Shown = { readonly t: ConsoleTexts; readonly count: (n: number) => string };

export function refusalText({ t, count }: Shown, problem: Problem): string {
  const fact = (name: string): string => count(Number(problem[name] ?? 0));
  switch (problem.code) {
    case "capacity_exceeded":
      return t.refused.capacity(fact("requested"), fact("used"), fact("capacity"));
    case "capacity_below_committed":
      return t.refused.committed(fact("committed"), fact("sold"), fact("held"));
    case "ticket_admitted":
      return t.refused.admitted;
    case "not_publishable":
      return missingText(t, problem["missing"]);
    default: {
      const refusals: Readonly<Record<string, string>> = t.refusal;
      return (Object.hasOwn(refusals, problem.code) ? refusals[problem.code] : undefined) ?? t.refusal.other;
    }
  }
}

function missingText(t: ConsoleTexts, missing: unknown): string {
  const permissionTexts: Readonly<Record<string, string>> = t.refused.missing;
  const named = Array.isArray(missing) ? missing.flatMap((each) => permissionTexts[String(each)] ?? []) : [];
  return named.length > 0 ? named.join(" ") : t.refusal.other;
}

/** The field that a refusal without a path is about, by its name on the wire; null when it is about none. */
export function fieldOfRefusal({ code }: Problem): string | null {
  if (code === "capacity_below_committed") return "total_quantity";
  if (code === "gate_code_taken") return "gate_code";
  if (code === "already_invited" || code === "already_member") return "email";
  return null;
}

export function pathsIn({ errors = [] }: Problem): string[] {
  return errors.map(({ path }) => path);
}
