// Draws a form that changes what exists (rule C3). It sends the changed fields with the tag that was read. If somebody
// else was quicker, it shows both versions beside each other, and writes the chosen values with the new tag.

import { useEffect, useState } from "preact/hooks";
import type { Refused } from "../../../../client/client.ts";
import { type Base, baseIn, keepBase } from "../../data/form-storage.ts";
import { texts } from "../../language.ts";
import { type FieldName, type Spec, typedOfAll, untouchedAsRead, wireName } from "../../decisions/form-fields.ts";
import { changesOf, type Fields as Values, isApart, merge, type Merged } from "../../decisions/merge.ts";
import { Clash } from "./clash.tsx";
import { Fields, FormOf } from "./fields.tsx";
import { refusal } from "../format.ts";
import { type Form, useForm, type Wrong } from "./use-form.ts";

type Props = {
  readonly id: string;
  readonly specs: readonly Spec[];
  /** The values and the tag with which the form begins. */
  readonly base: Base;
  readonly zone?: string;
  readonly check?: (values: Values) => Wrong;
  readonly write: (changes: Values, etag: string) => Promise<{ readonly ok: true } | Refused>;
  /** Reads the present values; null when the thing is gone. */
  readonly readNow: () => Promise<Base | null>;
  readonly saved: (isChanged: boolean) => void;
  readonly cancel?: () => void;
};

export function EditForm(props: Props) {
  const { id, specs, zone = "UTC", check, write, readNow, saved, cancel } = props;
  const t = texts();
  // The values as of the opening of the form, so that a refresh of the screen does not change what is being edited.
  const [base, setBase] = useState(() => baseIn(id) ?? props.base);
  useEffect(() => keepBase(id, { ...base, values: picked(specs, base.values) }), [base]);
  const form = useForm({ id, specs, zone, initial: typedOfAll(specs, base.values, zone) });
  const [isBusy, setBusy] = useState(false);
  const [met, setMet] = useState<{ readonly merged: Merged; readonly now: Base } | null>(null);
  const wrongText = (name: FieldName): string => t.fields[name].wrong;

  /** `from`: the values to which the changes apply. */
  const send = async (changes: Values, from: Base, isAgain = false): Promise<void> => {
    const answer = await write(changes, from.etag);
    if (answer.ok) {
      form.done();
      return saved(true);
    }
    const now = answer.problem.code === "version_conflict" ? await readNow() : null;
    const mine = { ...picked(specs, from.values), ...changes };
    if (now) {
      const merged = merge(from.values, now.values, mine);
      return isApart(merged) && !isAgain ? send(changes, now, true) : setMet({ merged, now });
    }
    form.refuse(answer.problem, (problem, name) =>
      name === null || problem.code !== "invalid_request" ? refusal(problem) : wrongText(name),
    );
  };
  const busily = (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    return work().finally(() => setBusy(false));
  };
  const submit = async (): Promise<void> => {
    const read = form.read(wrongText);
    if (read === null) return;
    const values = untouchedAsRead(specs, { typed: form.typed, base: base.values, zone }, read);
    const between = check?.(values) ?? {};
    if (Object.keys(between).length > 0) return form.setWrong(between);
    const changes = changesOf(base.values, values);
    if (Object.keys(changes).length > 0) return busily(() => send(changes, base));
    form.done();
    saved(false);
  };

  if (met) {
    const choose = (changes: Values): void => {
      setMet(null);
      // The form takes over what was chosen before it is written: if the write is refused, the form must not undo the
      // other side's changes.
      setBase(met.now);
      form.typeAll(typedOfAll(specs, { ...met.now.values, ...changes }, zone));
      if (Object.keys(changes).length > 0) return void busily(() => send(changes, met.now));
      form.done();
      saved(true);
    };
    return <Clash merged={met.merged} specs={specs} zone={zone} choose={choose} />;
  }
  return (
    <FormOf form={form} submit={submit} isBusy={isBusy}>
      <Fields form={form} />
      <div class="row">
        <button disabled={isBusy}>{t.form.save}</button>
        {cancel && <Cancel form={form} cancel={cancel} />}
      </div>
    </FormOf>
  );
}

function Cancel({ form, cancel }: { readonly form: Form; cancel(): void }) {
  const drop = (): void => {
    form.done();
    cancel();
  };
  return (
    <button type="button" class="button-quiet" onClick={drop}>
      {texts().form.cancel}
    </button>
  );
}

function picked(specs: readonly Spec[], values: Values): Values {
  return Object.fromEntries(specs.map((spec) => [wireName(spec), values[wireName(spec)] ?? null]));
}
