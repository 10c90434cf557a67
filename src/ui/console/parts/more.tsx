// Draws the button at the end of a list that has further pages (rule C8).

import { useState } from "preact/hooks";
import type { Problem } from "../../../client/client.ts";
import { texts } from "../language.ts";
import { refusal } from "./format.ts";

type Props = {
  readonly more: (() => Promise<Problem | null>) | null;
  readonly label?: string;
  readonly isLink?: boolean;
};

export function More({ more, label, isLink = false }: Props) {
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
        <button
          type="button"
          class={isLink ? "button-link small" : "button-quiet"}
          disabled={isBusy}
          onClick={() => void read()}
        >
          {problem ? texts().error.again : (label ?? texts().list.more)}
        </button>
      </div>
    </div>
  );
}
