import { X } from "lucide-react";

import { OutsideText } from "@/components/outside-text";
import { SearchBox } from "@/components/search-box";
import { SeverityTag } from "@/components/tag";
import { SEVERITIES, type Severity } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { plain } from "@/lib/outside-text";

import styles from "./finding-filters.module.css";
import type { ChangeSearch, FindingSearch } from "./finding-search";
import { useFindingWords } from "./words";

interface FindingFiltersProps {
  search: FindingSearch;
  total: number | undefined;
  machineName: string | undefined;
  onSearch: ChangeSearch;
}

export function FindingFilters({ search, total, machineName, onSearch }: FindingFiltersProps) {
  const words = useWords();
  const own = useFindingWords();
  const chosen = search.severity ?? [];

  function toggle(severity: Severity) {
    const next = chosen.includes(severity) ? chosen.filter((other) => other !== severity) : [...chosen, severity];
    onSearch({ severity: next.length > 0 ? next : undefined });
  }

  return (
    <div className={styles.bar}>
      <SearchBox label={own.filter} value={search.q ?? ""} onChange={(q) => onSearch({ q: q || undefined })} />
      <div className={styles.severities} role="group" aria-label={own.severity}>
        {SEVERITIES.map((severity) => (
          <button type="button" key={severity} aria-pressed={chosen.includes(severity)} onClick={() => toggle(severity)}>
            <SeverityTag severity={severity} bare />
          </button>
        ))}
      </div>
      {search.machine !== undefined && (
        <button type="button" className={styles.machine} onClick={() => onSearch({ machine: undefined })}>
          <OutsideText value={own.onMachine(plain(machineName ?? `#${search.machine}`))} />
          <X size={14} aria-hidden />
          <span className="visually-hidden">{words.app.clearFilter}</span>
        </button>
      )}
      {search.rule !== undefined && (
        <button type="button" className={styles.machine} onClick={() => onSearch({ rule: undefined })}>
          <OutsideText value={own.ofRule(plain(search.rule))} />
          <X size={14} aria-hidden />
          <span className="visually-hidden">{words.app.clearFilter}</span>
        </button>
      )}
      <span className={styles.count} role="status">
        {total !== undefined && own.total(format.number(total))}
      </span>
      {!search.group && <span className={styles.keys}>{own.keys}</span>}
    </div>
  );
}
