// Shows both sides of a clash, field by field (rule C3): nothing is written before a person has chosen.

import { useEffect, useRef, useState } from "preact/hooks";
import { texts } from "../../language.ts";
import { type Spec, typedOf, wireName } from "../../decisions/form-fields.ts";
import { afterChoice, type Clash as Clashing, type Fields, type Merged } from "../../decisions/merge.ts";

type Props = {
  readonly merged: Merged;
  readonly specs: readonly Spec[];
  readonly zone: string;
  /** To be called with the changes to write on top of theirs; empty if theirs remain. */
  readonly choose: (changes: Fields) => void;
};

export function Clash({ merged, specs, zone, choose }: Props) {
  const t = texts();
  const [chosen, setChosen] = useState<Readonly<Record<string, "mine" | "theirs">>>({});
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const specOf = (name: string): Spec | undefined => specs.find((spec) => wireName(spec) === name);
  const label = (name: string): string => {
    const spec = specOf(name);
    return spec ? t.fields[spec.name].label : name;
  };
  const shown = (name: string, value: unknown): string => {
    const spec = specOf(name);
    const text = spec ? typedOf(spec, value, zone).replace("T", " ") : String(value);
    return spec?.choices?.find(([each]) => each === text)?.[1] ?? (text === "" ? t.clash.empty : text);
  };
  const isDecided = merged.clashes.every(({ name }) => chosen[name] !== undefined);
  return (
    <div class="clash stack notice notice-warn">
      <h3 tabIndex={-1} ref={heading}>
        {t.clash.heading}
      </h3>
      <p>{merged.clashes.length > 0 ? t.clash.lead : t.clash.only}</p>
      {merged.clashes.map((clash) => (
        <Choice
          key={clash.name}
          clash={clash}
          label={label(clash.name)}
          shown={(value) => shown(clash.name, value)}
          chosen={chosen[clash.name]}
          choose={(side) => setChosen({ ...chosen, [clash.name]: side })}
        />
      ))}
      {merged.theirs.length > 0 && (
        <p>
          {t.clash.also} {merged.theirs.map(({ name, theirs }) => `${label(name)}: ${shown(name, theirs)}`).join(" · ")}
        </p>
      )}
      <div class="row">
        <button type="button" disabled={!isDecided} onClick={() => choose(afterChoice(merged, chosen))}>
          {t.clash.act}
        </button>
        <button type="button" class="button-quiet" onClick={() => choose({})}>
          {t.clash.giveUp}
        </button>
      </div>
    </div>
  );
}

type ChoiceProps = {
  readonly clash: Clashing;
  readonly label: string;
  readonly shown: (value: unknown) => string;
  readonly chosen: "mine" | "theirs" | undefined;
  readonly choose: (side: "mine" | "theirs") => void;
};

function Choice({ clash, label, shown, chosen, choose }: ChoiceProps) {
  const t = texts();
  return (
    <fieldset class="stack stack-tight">
      <legend>{label}</legend>
      <p class="small muted">
        {t.clash.before}: {shown(clash.base)}
      </p>
      {(["theirs", "mine"] as const).map((side) => (
        <label class="row" key={side}>
          <input type="radio" name={`clash-${clash.name}`} checked={chosen === side} onChange={() => choose(side)} />
          <span>
            {t.clash[side]}: <span class="strong">{shown(clash[side])}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
