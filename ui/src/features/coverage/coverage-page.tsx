import { Link } from "@tanstack/react-router";
import { FileInput, MonitorOff, Search, ShieldCheck } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { ListFoot } from "@/components/list-foot";
import { Meter } from "@/components/meter";
import { PageHead } from "@/components/page-head";
import page from "@/components/page.module.css";
import { SearchBox } from "@/components/search-box";
import type { DeviceCounts } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";

import styles from "./coverage-page.module.css";
import { GAPS, type CoverageSearch } from "./coverage-search";
import { UncoveredTable } from "./uncovered-table";
import { useUncovered } from "./use-coverage";
import { useCoverageWords } from "./words";

interface CoveragePageProps {
  unit: number | undefined;
  search: CoverageSearch;
  onSearch: (change: Partial<CoverageSearch>) => void;
}

/** How many of the devices that ought to exist are protected, and why the others are not. */
export function CoveragePage({ unit, search, onSearch }: CoveragePageProps) {
  const words = useCoverageWords();
  const { app } = useWords();
  const query = useUncovered(unit, search);
  return (
    <div className={page.page}>
      <PageHead title={words.title} sub={words.target} />
      <AsyncView query={query}>
        {({ pages }) => {
          const items = pages.flatMap((one) => one.items);
          const counts = pages[0]?.counts;
          if (!counts || counts.expected === 0) return <NoList />;
          return (
            <>
              <Share counts={counts} search={search} onSearch={onSearch} />
              <SearchBox label={words.filter} value={search.q ?? ""} onChange={(q) => onSearch({ q: q || undefined })} />
              {items.length > 0 ? (
                <>
                  <UncoveredTable devices={items} />
                  <ListFoot
                    shown={items.length}
                    total={pages[0]?.total ?? items.length}
                    more={query.hasNextPage}
                    loading={query.isFetchingNextPage}
                    onMore={() => void query.fetchNextPage()}
                  />
                </>
              ) : search.q || search.gap ? (
                <EmptyState
                  icon={Search}
                  title={words.emptyFiltered}
                  action={<Button onClick={() => onSearch({ q: undefined, gap: undefined })}>{app.clearFilter}</Button>}
                />
              ) : (
                <EmptyState icon={ShieldCheck} title={words.whole} />
              )}
            </>
          );
        }}
      </AsyncView>
    </div>
  );
}

function NoList() {
  const words = useCoverageWords();
  return (
    <EmptyState
      icon={MonitorOff}
      title={words.none}
      sub={words.noneSub}
      action={
        <Link to="/nhap-du-lieu" className={buttonLook()}>
          <FileInput size={16} aria-hidden />
          {words.import}
        </Link>
      }
    />
  );
}

/** The share in one figure, and each reason as a line that filters the list. */
function Share({ counts, search, onSearch }: { counts: DeviceCounts } & Pick<CoveragePageProps, "search" | "onSearch">) {
  const words = useCoverageWords();
  const missing = counts.expected - counts.protected;
  const reasons = GAPS.filter((gap) => counts.gaps[gap] > 0);
  return (
    <section className={styles.share} aria-label={words.title}>
      <div className={styles.figure}>
        <b className={styles.percent}>{format.percent(counts.protected, counts.expected)}</b>
        <Meter value={counts.protected} max={counts.expected} tone={missing === 0 ? "ok" : "accent"} />
        <p>{words.of(format.number(counts.protected), format.number(counts.expected))}</p>
      </div>
      {missing > 0 && (
        <div className={styles.reasons} role="group" aria-label={words.why}>
          <Reason label={words.all} count={missing} of={missing} pressed={!search.gap} onPress={() => onSearch({ gap: undefined })} />
          {reasons.map((gap) => (
            <Reason
              key={gap}
              label={words.gap[gap]}
              count={counts.gaps[gap]}
              of={missing}
              pressed={search.gap === gap}
              onPress={() => onSearch({ gap: search.gap === gap ? undefined : gap })}
            />
          ))}
        </div>
      )}
    </section>
  );
}

interface ReasonProps {
  label: string;
  count: number;
  of: number;
  pressed: boolean;
  onPress: () => void;
}

function Reason({ label, count, of, pressed, onPress }: ReasonProps) {
  return (
    <button type="button" className={styles.reason} aria-pressed={pressed} onClick={onPress}>
      <span>{label}</span>
      <Meter value={count} max={of} tone="warn" />
      <b className="num">{format.number(count)}</b>
    </button>
  );
}
