import { Popover } from "@base-ui/react/popover";
import { History, X } from "lucide-react";
import { useState } from "react";

import { today } from "@/lib/days";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";

import styles from "./as-of-picker.module.css";
import popover from "./date-field.module.css";
import { useDateWords } from "./date-words";
import { MonthGrid } from "./month-grid";

interface AsOfPickerProps {
  /** A day in the past; absent means as it is now. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** As it was on a day: the past is shown with what was true then. */
export function AsOfPicker({ value, onChange }: AsOfPickerProps) {
  const words = useWords();
  const dates = useDateWords();
  const [open, setOpen] = useState(false);
  return (
    <span className={styles.picker} data-past={value !== undefined || undefined}>
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger className={styles.trigger}>
          <History size={15} aria-hidden />
          <span className="visually-hidden">{words.app.asOf}</span> {value ? format.date(value) : words.nav.today}
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Positioner className={popover.position} sideOffset={6} align="start">
            <Popover.Popup className={popover.popup} aria-label={words.app.asOf}>
              <MonthGrid
                value={value ?? today()}
                onPick={(day) => {
                  onChange(day === today() ? undefined : day);
                  setOpen(false);
                }}
              />
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      {value && (
        <button type="button" className={styles.clear} aria-label={dates.clear} title={dates.clear} onClick={() => onChange(undefined)}>
          <X size={15} aria-hidden />
        </button>
      )}
    </span>
  );
}
