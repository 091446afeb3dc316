import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown } from "lucide-react";
import { useState } from "react";

import { useWords } from "@/lib/i18n";
import { unitsQuery, useSession } from "@/lib/queries";
import { unitChoices } from "@/lib/unit-tree";

import styles from "./scope-picker.module.css";
import { useScope } from "./use-scope";

/** Everything on the page is about this unit and what is below it. */
export function ScopePicker() {
  const words = useWords().nav;
  const { scope } = useSession();
  const unit = useScope();
  const navigate = useNavigate();
  // The tree may be long: it is asked for when a hand comes near, not with the first page.
  const [wanted, setWanted] = useState(false);
  const units = useQuery({ ...unitsQuery, enabled: wanted || unit !== undefined }).data?.items ?? [];
  const whole = scope.length === 1 ? scope[0]!.name : words.wholeScope;
  const rootId = scope.length === 1 ? String(scope[0]!.id) : "";

  return (
    <label className={styles.picker} onPointerEnter={() => setWanted(true)} onFocus={() => setWanted(true)}>
      <span className="visually-hidden">{words.scope}</span>
      <select
        value={unit === undefined ? "" : String(unit)}
        onChange={(event) =>
          void navigate({
            to: ".",
            search: (old) => ({ ...old, unit: event.target.value ? Number(event.target.value) : undefined, id: undefined }),
          })
        }
      >
        <option value="">{whole}</option>
        {unitChoices(units)
          .filter(({ value }) => value !== rootId)
          .map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
      </select>
      <ChevronsUpDown size={14} aria-hidden />
    </label>
  );
}
