import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { typed } from "@/lib/fold";

import styles from "./search-box.module.css";

const PAUSE_MS = 220;

interface SearchBoxProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** Keeps its own text while a person types (Telex composes in steps) and tells the URL after a pause. */
export function SearchBox({ label, value, onChange }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const told = useRef(value);

  // The URL changed by other means (Back, «clear filters»): follow it.
  useEffect(() => {
    if (value !== told.current) {
      told.current = value;
      setText(value);
    }
  }, [value]);

  useEffect(() => {
    const next = typed(text);
    if (next === told.current) return;
    const pause = setTimeout(() => {
      told.current = next;
      onChange(next);
    }, PAUSE_MS);
    return () => clearTimeout(pause);
  }, [text, onChange]);

  return (
    <label className={styles.box}>
      <Search size={16} aria-hidden />
      <input
        type="search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={label}
        aria-label={label}
        maxLength={200}
        spellCheck={false}
      />
    </label>
  );
}
