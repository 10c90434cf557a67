// Lists the calls behind a screen (rule C1), so that a developer sees which routes do what the screen does.

import { calls } from "../data/api.ts";
import { texts } from "../language.ts";
import { curlOf } from "../decisions/api-calls.ts";
import { Copy } from "./copy.tsx";

export function AsApi() {
  const t = texts();
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
              <Copy text={curl} label={t.api.copy} isLink />
            </li>
          );
        })}
      </ul>
    </details>
  );
}
