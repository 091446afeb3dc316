import { Popover } from "@base-ui/react/popover";
import { CalendarDays } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { readDay } from "@/lib/days";
import * as format from "@/lib/format";

import styles from "./date-field.module.css";
import { useDateWords } from "./date-words";
import field from "./field.module.css";
import { FieldShell } from "./field";
import { MonthGrid } from "./month-grid";

interface DateFieldProps {
  label: string;
  /** YYYY-MM-DD, or empty. */
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  error?: string | null;
  optional?: boolean;
  required?: boolean;
}

const shown = (value: string) => (value ? format.date(value) : "");

/** Typed as Vietnamese offices write it, whatever the language of the browser; the calendar is beside it. */
export function DateField({ label, value, onChange, hint, error, optional, required }: DateFieldProps) {
  const words = useDateWords();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(shown(value));
  const [left, setLeft] = useState(true);
  const told = useRef(value);
  const wrong = text.trim() !== "" && readDay(text) === null;

  useEffect(() => {
    if (value !== told.current) {
      told.current = value;
      setText(shown(value));
    }
  }, [value]);
  // The form itself refuses to be sent while this is no date.
  useEffect(() => input.current?.setCustomValidity(wrong ? words.wrong : ""), [wrong, words.wrong]);

  function tell(next: string) {
    told.current = next;
    onChange(next);
  }
  function type(next: string) {
    setText(next);
    setLeft(false);
    tell(readDay(next) ?? "");
  }
  function leave() {
    setLeft(true);
    const day = readDay(text);
    if (day) setText(shown(day));
  }

  return (
    <FieldShell label={label} hint={hint ?? (value ? undefined : words.hint)} error={wrong && left ? words.wrong : error} optional={optional}>
      {({ id, describedBy }) => (
        <div className={styles.box}>
          <input
            ref={input}
            id={id}
            className={field.input}
            value={text}
            onChange={(event) => type(event.target.value)}
            onBlur={leave}
            aria-describedby={describedBy}
            aria-invalid={(wrong && left) || error ? true : undefined}
            inputMode="numeric"
            autoComplete="off"
            required={required}
            maxLength={10}
          />
          <DayPopover
            label={words.open}
            value={value}
            onPick={(day) => {
              setText(shown(day));
              tell(day);
            }}
          />
        </div>
      )}
    </FieldShell>
  );
}

interface DayPopoverProps {
  label: string;
  value: string;
  onPick: (day: string) => void;
}

function DayPopover({ label, value, onPick }: DayPopoverProps) {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={styles.trigger} aria-label={label} title={label}>
        <CalendarDays size={17} aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className={styles.position} sideOffset={6} align="end">
          <Popover.Popup className={styles.popup} aria-label={label}>
            <MonthGrid
              value={value}
              onPick={(day) => {
                onPick(day);
                setOpen(false);
              }}
            />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
