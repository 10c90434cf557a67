// Draws a form that makes something once (rule C4): its key is stored before it is sent for the first time, and stays
// through double clicks, reloads and lost replies until the thing was made.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Refused } from "../../../../client/client.ts";
import { keyOf, renewKey, wasSent } from "../../data/form-storage.ts";
import { texts } from "../../language.ts";
import type { FieldName, Spec, Typed } from "../../decisions/form-fields.ts";
import type { Fields as Values } from "../../decisions/merge.ts";
import { Fields, FormOf } from "./fields.tsx";
import { refusal } from "../format.ts";
import { type Form, useForm, type Wrong } from "./use-form.ts";

type Props<T> = {
  readonly id: string;
  readonly specs: readonly Spec[];
  readonly initial: Typed;
  readonly button: string;
  readonly zone?: string;
  /** Finds faults between fields, before anything is sent. */
  readonly check?: (values: Values) => Wrong;
  readonly create: (values: Values, key: string) => Promise<({ readonly ok: true } & T) | Refused>;
  readonly made: (answer: { readonly ok: true } & T) => void;
  readonly cancel?: () => void;
  /** Fields that are folded until somebody opens them. */
  readonly more?: { readonly title: string; readonly fields: readonly FieldName[] };
  readonly children?: ComponentChildren;
};

export function CreateForm<T>(props: Props<T>) {
  const { id, specs, initial, button, zone = "UTC", cancel, more, children } = props;
  const t = texts();
  const form = useForm({ id, specs, zone, initial });
  const [isBusy, setBusy] = useState(false);
  const folded = more?.fields ?? [];
  const open = specs.map(({ name }) => name).filter((name) => !folded.includes(name));
  const submit = async (): Promise<void> => {
    setBusy(true);
    await send(form, props);
    setBusy(false);
  };
  const giveUp = (): void => {
    // Keeps the form's key if it was sent: the thing may have been made without a reply, and with the same key the next
    // attempt finds it instead of making another.
    if (!wasSent(id)) form.done();
    cancel?.();
  };
  return (
    <FormOf form={form} submit={submit} isBusy={isBusy}>
      <Fields form={form} only={open} />
      {more && (
        <details open={folded.some((name) => form.wrong[name] !== undefined)}>
          <summary>{more.title}</summary>
          <div class="stack">
            <Fields form={form} only={folded} />
          </div>
        </details>
      )}
      {children}
      <div class="row">
        <button disabled={isBusy}>{button}</button>
        {cancel && (
          <button type="button" class="button-quiet" onClick={giveUp}>
            {t.form.cancel}
          </button>
        )}
      </div>
    </FormOf>
  );
}

async function send<T>(form: Form, { id, check, create, made }: Props<T>): Promise<void> {
  const t = texts();
  const wrongText = (name: FieldName): string => t.fields[name].wrong;
  const values = form.read(wrongText);
  if (values === null) return;
  const between = check?.(values) ?? {};
  if (Object.keys(between).length > 0) return form.setWrong(between);
  // Left-out fields get the API's defaults.
  const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
  const answer = await create(filled, keyOf(id));
  if (answer.ok) {
    form.done();
    return made(answer);
  }
  // The message says that the thing was made already. If the button is pressed once more, another one is wanted.
  if (answer.problem.code === "idempotency_key_reused") renewKey(id);
  form.refuse(answer.problem, (problem, name) =>
    name === null || problem.code !== "invalid_request" ? refusal(problem) : wrongText(name),
  );
}
