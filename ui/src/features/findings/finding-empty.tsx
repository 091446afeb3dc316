import { Link } from "@tanstack/react-router";
import { CircleDashed, Search, ShieldCheck, UserCheck } from "lucide-react";

import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import type { FindingPage } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";

import { isFiltered, type ChangeSearch, type FindingSearch } from "./finding-search";
import { useFindingWords } from "./words";

interface FindingEmptyProps {
  search: FindingSearch;
  summary: FindingPage;
  onSearch: ChangeSearch;
}

/** Why the list is empty: nothing was looked at, the filter hides it, nobody's, or nothing is wrong. */
export function FindingEmpty({ search, summary, onSearch }: FindingEmptyProps) {
  const words = useFindingWords();
  const { clearFilter } = useWords().app;
  const { counts, looked_at: lookedAt } = summary;
  const view = search.view ?? "open";

  if (isFiltered(search)) {
    return (
      <EmptyState
        icon={Search}
        title={words.emptyFiltered}
        sub={counts[view] > 0 ? words.emptyFilteredSub(format.number(counts[view])) : words.emptyFilteredNone}
        action={
          <Button onClick={() => onSearch({ q: undefined, severity: undefined, machine: undefined })}>{clearFilter}</Button>
        }
      />
    );
  }
  if (!lookedAt.last_scan_at || lookedAt.machines === 0) {
    return (
      <EmptyState
        icon={CircleDashed}
        title={words.emptyUnlooked}
        sub={words.emptyUnlookedSub}
        action={
          <Link to="/may-tinh" className="link">
            {words.addMachine}
          </Link>
        }
      />
    );
  }
  if (view === "mine") {
    return (
      <EmptyState
        icon={UserCheck}
        title={words.emptyMine}
        sub={words.emptyMineSub(format.number(counts.open))}
        action={<Button onClick={() => onSearch({ view: undefined })}>{words.view.open}</Button>}
      />
    );
  }
  return (
    <EmptyState
      icon={ShieldCheck}
      title={words.emptyClear}
      sub={words.emptyClearSub(
        format.number(lookedAt.files_scanned),
        format.number(lookedAt.machines),
        format.dateTime(lookedAt.last_scan_at),
      )}
    />
  );
}
