// Draws the button at the end of a list that has further pages (rule C8).

import { useState } from "preact/hooks";
import type { Problem } from "../../../client/client.ts";
import { texts } from "../language.ts";
import { refusal } from "./format.ts";

export function More({ more }: { readonly more: (() => Promise<Problem | null>) | null }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  if (more === null) return null;
  const read = async (): Promise<void> => {
    setBusy(true);
    setProblem(await more());
    setBusy(false);
  };
  return (
    <div class="stack stack-tight">
      {problem && (
        <p class="error" role="alert">
          {refusal(problem)}
        </p>
      )}
      <div>
        <button type="button" class="button-quiet" disabled={isBusy} onClick={() => void read()}>
          {texts().list.more}
        </button>
      </div>
    </div>
  );
}
