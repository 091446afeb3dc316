import { useId } from "react";

import type { Unit } from "@/lib/api-types";
import { unitRows } from "@/lib/unit-tree";

import styles from "./scope-field.module.css";
import { useUserWords } from "./words";

const INDENT_PX = 20;

interface ScopeFieldProps {
  units: Unit[];
  value: number[];
  missing: boolean;
  onChange: (value: number[]) => void;
}

/** The roots of the subtrees a person sees. */
export function ScopeField({ units, value, missing, onChange }: ScopeFieldProps) {
  const words = useUserWords();
  const hintId = useId();

  function toggle(id: number) {
    onChange(value.includes(id) ? value.filter((other) => other !== id) : [...value, id]);
  }

  return (
    <fieldset className={styles.field} aria-describedby={hintId}>
      <legend>{words.scope}</legend>
      <div className={styles.box}>
        {unitRows(units).map(({ unit, depth }) => (
          <label key={unit.id} style={{ paddingLeft: 12 + depth * INDENT_PX }}>
            <input type="checkbox" checked={value.includes(unit.id)} onChange={() => toggle(unit.id)} />
            {unit.name}
          </label>
        ))}
      </div>
      <p id={hintId} className={missing ? styles.error : styles.hint} role={missing ? "alert" : undefined}>
        {missing ? words.scopeMissing : words.scopeHint}
      </p>
    </fieldset>
  );
}
