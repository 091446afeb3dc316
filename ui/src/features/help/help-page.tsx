import { Link } from "@tanstack/react-router";
import { LifeBuoy } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import { ListFoot } from "@/components/list-foot";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { SearchBox } from "@/components/search-box";
import { Tabs } from "@/components/tabs";
import type { HelpFigures, HelpRequest } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { HELP_VIEWS, type ChangeHelpSearch, type HelpSearch, type HelpView } from "./help-search";
import { HelpStateTag } from "./help-tags";
import styles from "./help.module.css";
import { useHelpList } from "./use-help";
import { useHelpWords } from "./words";

interface HelpPageProps {
  search: HelpSearch;
  unit?: number;
  onSearch: ChangeHelpSearch;
}

/** Who is stuck, since when, and what helped others. */
export function HelpPage({ search, unit, onSearch }: HelpPageProps) {
  const words = useHelpWords();
  const { app } = useWords();
  const officer = useMay("unit_officer");
  const view = search.desk ?? (officer ? "all" : "queue");
  const query = useHelpList({ unit, view, q: search.q });
  const items = query.data?.pages.flatMap((one) => one.items) ?? [];
  const first = query.data?.pages[0];
  const filtered = search.q !== undefined || search.desk !== undefined;
  const clear = <Button onClick={() => onSearch({ desk: undefined, q: undefined })}>{app.clearFilter}</Button>;
  return (
    <div className={page.page}>
      <Answer figures={first?.figures} />
      <Card flush title={words.list}>
        <div className={classNames(page.bar, styles.filters)}>
          <Tabs<HelpView>
            label={words.view}
            value={view}
            onChange={(next) => onSearch({ desk: next })}
            tabs={HELP_VIEWS.map((value) => ({ value, label: words.views[value], count: countOf(first?.figures, value) }))}
          />
          <SearchBox label={words.search} value={search.q ?? ""} onChange={(q) => onSearch({ q: q || undefined })} />
          <span className={page.count} role="status">
            {first && words.total(format.number(first.total))}
          </span>
        </div>
        <AsyncView
          query={query}
          isEmpty={() => items.length === 0}
          empty={() =>
            filtered ? <EmptyState icon={LifeBuoy} title={app.emptyFiltered} sub={app.emptyFilteredSub} action={clear} /> : <EmptyState icon={LifeBuoy} title={words.none} sub={words.noneSub} />
          }
        >
          {() => (
            <div className={classNames(table.wrap, table.inCard)}>
              <HelpTable items={items} />
              <ListFoot shown={items.length} total={first?.total ?? 0} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
            </div>
          )}
        </AsyncView>
      </Card>
    </div>
  );
}

const waits = (figures: HelpFigures) => figures.asked + figures.taken + figures.unsolved;

function countOf(figures: HelpFigures | undefined, view: HelpView): string | undefined {
  if (!figures || view === "all") return undefined;
  return format.number(view === "queue" ? waits(figures) : figures[view]);
}

function Answer({ figures }: { figures?: HelpFigures }) {
  const words = useHelpWords();
  const officer = useMay("unit_officer");
  const mayAsk = useMay("unit_officer", "province_admin", "soc_operator");
  const count = figures ? (officer ? figures.answered : waits(figures)) : 0;
  const title = !figures ? words.title : count === 0 ? words.calm : officer ? words.forUnit(format.number(count)) : words.queue(format.number(count));
  const sub = [
    figures?.oldest_at && !officer && words.oldest(format.dateTime(figures.oldest_at)),
    figures && figures.median_minutes !== null && words.median(timeWords(figures.median_minutes, words), format.number(figures.answered_recently)),
    words.sub,
  ];
  return (
    <PageHead title={title} sub={sub.filter(Boolean).join(" ")}>
      {mayAsk && (
        <Link to="/ho-tro/moi" search={(old) => ({ unit: old.unit })} className={buttonLook(officer ? "primary" : "plain")}>
          <LifeBuoy size={17} aria-hidden />
          {words.ask}
        </Link>
      )}
    </PageHead>
  );
}

const TWO_HOURS = 120;

function timeWords(minutes: number, words: ReturnType<typeof useHelpWords>): string {
  return minutes < TWO_HOURS ? words.minutes(format.number(minutes)) : words.hours(format.number(Math.round(minutes / 60)));
}

function HelpTable({ items }: { items: HelpRequest[] }) {
  const words = useHelpWords();
  return (
    <table className={table.table} aria-label={words.list}>
      <thead>
        <tr>
          <th scope="col">{words.question}</th>
          <th scope="col">{words.unit}</th>
          <th scope="col">{words.state}</th>
          <th scope="col">{words.asked}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((help) => (
          <tr key={help.id}>
            <th scope="row" className={table.name}>
              <span className={styles.two}>
                <Link to="/ho-tro/$helpId" params={{ helpId: String(help.id) }} search={(old) => ({ unit: old.unit })} className="link">
                  <OutsideText value={help.title} />
                </Link>
                <small>{words.about[help.about]}</small>
              </span>
            </th>
            <td data-label={words.unit}>{help.unit.name}</td>
            <td data-label={words.state}>
              <span className={styles.two}>
                <HelpStateTag state={help.state} bare />
                {help.state === "taken" && help.taken_by && <small>{help.taken_by.name}</small>}
              </span>
            </td>
            <td data-label={words.asked}>
              <Moment at={help.asked_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
