import { ChevronDown } from "lucide-react";

import type { Choice } from "./field";
import styles from "./select-box.module.css";

interface SelectBoxProps {
  label: string;
  value: string;
  choices: Choice[];
  onChange: (value: string) => void;
  /** The words of a choice are long. */
  wide?: boolean;
}

/** A choice in a bar of filters: its label is only heard. */
export function SelectBox({ label, value, choices, onChange, wide }: SelectBoxProps) {
  return (
    <label className={styles.box} data-wide={wide || undefined}>
      <span className="visually-hidden">{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
      <ChevronDown size={15} aria-hidden />
    </label>
  );
}
