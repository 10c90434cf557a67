// Lists the calls behind a screen (rule C1), so that a developer sees which routes do what the screen does.

import { useState } from "preact/hooks";
import { calls } from "../data/api.ts";
import { texts } from "../language.ts";
import { curlOf } from "../decisions/api-calls.ts";

export function AsApi() {
  const t = texts();
  const [copied, setCopied] = useState<string | null>(null);
  const copy = async (text: string): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(text);
  };
  return (
    <details class="as-api small no-print">
      <summary>{t.api.heading}</summary>
      <p class="muted">{t.api.lead}</p>
      <ul class="plain stack stack-tight">
        {calls.value.map((call) => {
          const curl = curlOf(location.origin, call);
          return (
            <li class="row row-apart" key={curl}>
              <code>
                {call.method} {call.path}
                {call.body !== undefined && <span class="muted"> {call.body}</span>}
              </code>
              <button type="button" class="button-link small" onClick={() => void copy(curl)}>
                {copied === curl ? t.form.copied : t.api.copy}
              </button>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
