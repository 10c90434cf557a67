// Draws the fields of a form: a label, a hint, the input, and what is wrong with it.

import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { texts } from "../../language.ts";
import type { FieldName, Spec } from "../../decisions/form-fields.ts";
import { refusal } from "../format.ts";
import { focusWrong, type Form } from "./use-form.ts";

export function Fields({ form, only }: { readonly form: Form; readonly only?: readonly FieldName[] }) {
  const shown = only ? form.specs.filter(({ name }) => only.includes(name)) : form.specs;
  return (
    <>
      {shown.map((spec) => (
        <FieldOf key={spec.name} form={form} spec={spec} />
      ))}
    </>
  );
}

function FieldOf({ form, spec }: { readonly form: Form; readonly spec: Spec }) {
  const t = texts();
  const { label, hint } = t.fields[spec.name];
  const id = `${form.id}-${spec.name}`.replace(/[^\w-]/g, "-");
  const wrong = form.wrong[spec.name] ?? "";
  const describedBy = [hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(" ");
  const common = {
    id,
    name: spec.name,
    value: form.typed[spec.name] ?? "",
    "aria-describedby": describedBy,
    "aria-invalid": wrong !== "",
    onInput: (e: { readonly currentTarget: { readonly value: string } }) => form.type(spec.name, e.currentTarget.value),
  };
  return (
    <div class={`field field-${spec.kind}`}>
      <label for={id}>
        {label}
        {spec.isOptional && spec.kind !== "choice" && <span class="muted optional"> ({t.form.optional})</span>}
      </label>
      {hint && <small id={`${id}-hint`}>{hint}</small>}
      <Input spec={spec} common={common} />
      <p class="error" id={`${id}-error`}>
        {wrong}
      </p>
    </div>
  );
}

type Common = {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly "aria-describedby": string;
  readonly "aria-invalid": boolean;
  readonly onInput: (e: { readonly currentTarget: { readonly value: string } }) => void;
};

function Input({ spec, common }: { readonly spec: Spec; readonly common: Common }) {
  switch (spec.kind) {
    case "lines":
      return <textarea {...common} rows={4} />;
    case "choice":
      return (
        <select {...common}>
          {(spec.choices ?? []).map(([value, label]) => (
            <option key={value} value={value} selected={value === common.value}>
              {label}
            </option>
          ))}
        </select>
      );
    case "instant":
      return <input {...common} type="datetime-local" />;
    case "whole":
      return <input {...common} inputMode="numeric" autocomplete="off" />;
    case "money":
      return <input {...common} inputMode="decimal" autocomplete="off" />;
    case "email":
      return <input {...common} type="email" inputMode="email" autocomplete="off" />;
    case "line":
    case "colour":
      return <input {...common} autocomplete="off" />;
  }
}

/** A form as a whole: fields, a refusal that is about none of them, and its buttons. */
export function FormOf({
  form,
  submit,
  isBusy,
  children,
}: {
  readonly form: Form;
  readonly submit: () => Promise<void>;
  readonly isBusy: boolean;
  readonly children: ComponentChildren;
}) {
  const t = texts();
  // Not `isBusy`, which is of the last render: a second press may come before the next.
  const isSending = useRef(false);
  const send = async (own: HTMLFormElement): Promise<void> => {
    if (isSending.current) return;
    isSending.current = true;
    await submit().finally(() => (isSending.current = false));
    focusWrong(own);
  };
  return (
    <form
      class="stack form"
      noValidate
      aria-busy={isBusy}
      onSubmit={(event) => {
        event.preventDefault();
        void send(event.currentTarget);
      }}
    >
      {form.isKept && <p class="notice small">{t.form.unsaved}</p>}
      {form.problem && (
        <p class="notice notice-bad" role="alert">
          {refusal(form.problem)}
        </p>
      )}
      {children}
    </form>
  );
}
