// Holds what is typed into a form, through reloads until the form has done its work, with what is wrong beside each field.

import { useState } from "preact/hooks";
import type { Problem } from "../../../../client/client.ts";
import { forget, keepTyped, typedIn } from "../../data/form-storage.ts";
import { type FieldName, fieldsNamed, filled, type Spec, type Typed } from "../../decisions/form-fields.ts";
import type { Fields } from "../../decisions/merge.ts";
import { fieldOfRefusal, pathsIn } from "../../decisions/refusal-text.ts";

export type Wrong = Readonly<Partial<Record<FieldName, string>>>;

export type Form = {
  readonly id: string;
  readonly specs: readonly Spec[];
  readonly zone: string;
  readonly typed: Typed;
  /** The message at each invalid field. */
  readonly wrong: Wrong;
  /** A refusal that is about no field of the form. */
  readonly problem: Problem | null;
  /** Whether the texts were typed before a reload, and not saved. */
  readonly isKept: boolean;
  type(name: FieldName, text: string): void;
  /** Replaces all texts of the form, for instance by what was chosen in a clash. */
  typeAll(typed: Typed): void;
  /** The typed values in the API's form; null when a field is invalid, which is then shown. */
  read(wrongText: (name: FieldName) => string): Fields | null;
  refuse(problem: Problem, textOf: (problem: Problem, name: FieldName | null) => string): void;
  setWrong(wrong: Wrong): void;
  done(): void;
};

type FormSetup = {
  readonly id: string;
  readonly specs: readonly Spec[];
  readonly zone: string;
  readonly initial: Typed;
};

export function useForm({ id, specs, zone, initial }: FormSetup): Form {
  const [kept] = useState(() => typedIn(id));
  const [typed, setTyped] = useState<Typed>(() => ({ ...initial, ...kept }));
  const [wrong, setWrong] = useState<Wrong>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  return {
    ...{ id, specs, zone, typed, wrong, problem, setWrong },
    isKept: kept !== null && specs.some(({ name }) => (kept[name] ?? initial[name]) !== initial[name]),
    type(name, text) {
      const next = { ...typed, [name]: text };
      setTyped(next);
      keepTyped(id, next);
      if (wrong[name] !== undefined) setWrong({ ...wrong, [name]: undefined });
    },
    typeAll(next) {
      setTyped(next);
      keepTyped(id, next);
    },
    read(wrongText) {
      setProblem(null);
      const read = filled(specs, typed, zone);
      setWrong(read.ok ? {} : Object.fromEntries(read.wrong.map((name) => [name, wrongText(name)])));
      return read.ok ? read.values : null;
    },
    refuse(refused, textOf) {
      const alone = fieldOfRefusal(refused);
      const paths = alone === null ? pathsIn(refused) : [`/${alone}`];
      const named = fieldsNamed(specs, paths);
      setWrong(Object.fromEntries(named.map((name) => [name, textOf(refused, name)])));
      setProblem(named.length === 0 ? refused : null);
    },
    done() {
      forget(id);
      setWrong({});
      setProblem(null);
    },
  };
}

/** Moves the focus to the first invalid field. */
export function focusWrong(form: HTMLFormElement): void {
  // In the next frame, when the fields are marked.
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}
