import { Link } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";

import { AsyncView } from "@/components/async-view";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { ListFoot } from "@/components/list-foot";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { SelectBox } from "@/components/select-box";
import { Tabs } from "@/components/tabs";
import type { Roster, RosterUnit, RosterWindow } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { useNow } from "@/lib/now";

import { PingsCard } from "./pings-card";
import { windowsAhead } from "./roster-model";
import type { ChangeRosterSearch, RosterSearch } from "./roster-search";
import styles from "./roster.module.css";
import { useRosterUnits } from "./use-roster";
import { shortMoment } from "./windows-strip";
import { useRosterWords } from "./words";

interface ProvinceRosterProps {
  ahead: Roster;
  search: RosterSearch;
  onSearch: ChangeRosterSearch;
}

/** Of many units: which have gaps in the next window, and who is on duty now. Each opens its own calendar. */
export function ProvinceRoster({ ahead, search, onSearch }: ProvinceRosterProps) {
  const words = useRosterWords();
  const hubText = useHubText();
  const now = useNow();
  const windows = useMemo(() => windowsAhead(ahead.windows, now), [ahead.windows, now]);
  const chosen = windows.find(({ id }) => id === search.window) ?? windows[0];
  const name = chosen ? chosen.names.map(hubText).join(", ") : "";
  const below = (
    <div className={page.columns}>
      <OnDutyCard roster={ahead} />
      <PingsCard />
    </div>
  );
  const title = !chosen ? words.noWindow : chosen.units_with_gaps > 0 ? words.unitsGap(format.number(chosen.units_with_gaps), name) : words.unitsFull(name);
  return (
    <>
      <PageHead title={title} sub={words.sub} />
      {chosen ? (
        <UnitsCard windows={windows} chosen={chosen} search={search} onSearch={onSearch}>
          {below}
        </UnitsCard>
      ) : (
        below
      )}
    </>
  );
}

interface UnitsCardProps extends Omit<ProvinceRosterProps, "ahead"> {
  windows: RosterWindow[];
  chosen: RosterWindow;
  /** Comes with the list, so that nothing moves. */
  children: ReactNode;
}

function UnitsCard({ windows, chosen, search, onSearch, children }: UnitsCardProps) {
  const words = useRosterWords();
  const hubText = useHubText();
  const query = useRosterUnits(chosen.id, !search.every);
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const status = words.statuses[chosen.status];
  return (
    <AsyncView query={query}>
      {({ pages }) => (
        <>
          <Card
            flush
            title={words.units}
            sub={[words.spanOf(shortMoment(chosen.from), `${format.time(chosen.to)} ${format.date(chosen.to)}`), status].filter(Boolean).join(" · ")}
            aside={<SelectBox label={words.window} wide value={chosen.id} choices={windows.map(({ id, names }) => ({ value: id, label: names.map(hubText).join(", ") }))} onChange={(window) => onSearch({ window })} />}
          >
            <div className={styles.filters}>
              <Tabs<"gaps" | "all">
                label={words.unitsView}
                value={search.every ? "all" : "gaps"}
                onChange={(view) => onSearch({ every: view === "all" ? true : undefined })}
                tabs={[
                  { value: "gaps", label: words.onlyGaps, count: format.number(chosen.units_with_gaps) },
                  { value: "all", label: words.everyUnit },
                ]}
              />
            </div>
            {rows.length === 0 ? (
              <p className={styles.none}>{words.unitsNone}</p>
            ) : (
              <div className={classNames(table.wrap, table.inCard)}>
                <UnitsTable rows={rows} month={chosen.id.slice(0, 7)} />
                <ListFoot shown={rows.length} total={pages[0]?.total ?? 0} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
              </div>
            )}
          </Card>
          {children}
        </>
      )}
    </AsyncView>
  );
}

function UnitsTable({ rows, month }: { rows: RosterUnit[]; month: string }) {
  const words = useRosterWords();
  return (
    <table className={table.table} aria-label={words.units}>
      <thead>
        <tr>
          <th scope="col">{words.unit}</th>
          <th scope="col">{words.gapMinutes}</th>
          <th scope="col">{words.firstGap}</th>
          <th scope="col" className={table.number}>
            {words.shifts}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ unit, gap_minutes: minutes, first_gap: gap, shifts }) => (
          <tr key={unit.id}>
            <th scope="row" className={table.name}>
              <Link to="/lich-truc" search={{ unit: unit.id, month }} className="link">
                {unit.name}
              </Link>
            </th>
            <td data-label={words.gapMinutes} className={minutes > 0 ? styles.bad : styles.good}>
              {minutes > 0 ? words.minutes(minutes) : words.full}
            </td>
            <td data-label={words.firstGap} className="num">
              {gap ? words.spanOf(shortMoment(gap.from), shortMoment(gap.to)) : "–"}
            </td>
            <td data-label={words.shifts} className={table.number}>
              {format.number(shifts)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function OnDutyCard({ roster: { on_duty: shifts } }: { roster: Roster }) {
  const words = useRosterWords();
  return (
    <Card title={words.nowOnDuty}>
      {shifts.length === 0 && <p className={styles.soft}>{words.onDutyNone}</p>}
      <ul className={styles.pings}>
        {shifts.map((shift) => (
          <li key={shift.id}>
            <div>
              <b>
                <OutsideText value={shift.person} />
              </b>
              <p>
                <Link to="/lich-truc" search={{ unit: shift.unit.id }} className="link">
                  {shift.unit.name}
                </Link>
              </p>
              <small className="num">
                {words.until(shortMoment(shift.to))}
                {shift.phone && <> · {shift.phone}</>}
              </small>
            </div>
            {shift.part === "deputy" && <small>{words.parts.deputy}</small>}
          </li>
        ))}
      </ul>
    </Card>
  );
}
