import { Link } from "@tanstack/react-router";
import { ClipboardCheck, OctagonX, Search, TriangleAlert, UsersRound } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";

import { AsOfPicker } from "@/components/as-of-picker";
import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import { DutyLegend } from "@/components/duty-tag";
import { EmptyState } from "@/components/empty-state";
import page from "@/components/page.module.css";
import { SearchBox } from "@/components/search-box";
import { Segments } from "@/components/segments";
import { SelectBox } from "@/components/select-box";
import { ToggleChip } from "@/components/toggle-chip";
import { DUTY_STATES, type DutyMatrix } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";
import { PHONE, useMedia } from "@/lib/media";
import { readId } from "@/lib/search-params";

import { CellPanel } from "./cell-panel";
import { ClauseList } from "./clause-list";
import { directiveName } from "./directive-name";
import styles from "./duties-page.module.css";
import { DutyCards } from "./duty-cards";
import { DutyMatrixGrid } from "./duty-matrix";
import { GROUPS, readCell, writeCell, type ChangeDutySearch, type CellName, type DutySearch } from "./duty-search";
import { DutyTabs } from "./duty-tabs";
import { groupsPresent, keepOrder, viewOf } from "./matrix-model";
import { useMatrix } from "./use-duties";
import { useDutyWords } from "./words";

interface DutiesPageProps {
  search: DutySearch;
  unit?: number;
  onSearch: ChangeDutySearch;
}

/** Who has done what of each directive: the matrix, and beside it the cell that is open. */
export function DutiesPage({ search, unit, onSearch }: DutiesPageProps) {
  const words = useDutyWords();
  const query = useMatrix(unit, search.as_of);
  const cell = readCell(search.cell);
  const only = query.data?.rows.length === 1 ? query.data.rows[0] : undefined;
  return (
    <div className={styles.page} data-open={cell !== null || undefined} data-single={only !== undefined || undefined}>
      <div className={styles.head}>
        <div>
          <h1>{words.title}</h1>
          <p>{only ? words.subOne(only.unit.name) : words.sub}</p>
        </div>
        <DutyTabs />
      </div>
      <AsyncView
        query={query}
        isEmpty={({ columns }) => columns.length === 0}
        empty={() => <EmptyState icon={ClipboardCheck} title={words.noColumns} sub={words.noColumnsSub} />}
      >
        {(matrix) => <MatrixBody key={`${unit ?? ""}.${search.as_of ?? ""}`} matrix={matrix} search={search} onSearch={onSearch} />}
      </AsyncView>
      <CellPanel cell={cell} asOf={search.as_of} onClose={() => onSearch({ cell: undefined })} />
    </div>
  );
}

function MatrixBody({ matrix, search, onSearch }: { matrix: DutyMatrix; search: DutySearch; onSearch: ChangeDutySearch }) {
  const words = useDutyWords();
  const { clearFilter } = useWords().app;
  const phone = useMedia(PHONE);
  const order = useRef<number[]>([]);
  const { directive, group, overdue, shared, q } = search;
  const view = useMemo(() => {
    const all = viewOf(matrix, { directive, group, overdue, shared, q: matrix.rows.length > 1 ? q : undefined });
    return { ...all, rows: keepOrder(order.current, all.rows) };
  }, [matrix, directive, group, overdue, shared, q]);
  useEffect(() => {
    if (order.current.length === 0) order.current = matrix.rows.map(({ unit }) => unit.id);
  }, [matrix]);
  const single = matrix.rows.length === 1 ? view.rows[0] : undefined;
  const open = (cell: CellName | null) => onSearch({ cell: cell ? writeCell(cell) : undefined });
  const clear = () => onSearch({ group: undefined, overdue: undefined, shared: undefined, q: undefined, directive: undefined });

  return (
    <>
      <Unassigned roles={matrix.unassigned} />
      <DutyFilters matrix={matrix} search={search} onSearch={onSearch} />
      {matrix.rows.length > 1 && (view.rows.length === 0 || view.columns.length === 0) ? (
        <EmptyState icon={Search} title={words.noRows} action={<Button onClick={clear}>{clearFilter}</Button>} />
      ) : single ? (
        <ClauseList row={single} view={view} words={q ?? ""} open={search.cell} onOpen={open} />
      ) : phone ? (
        <DutyCards view={view} onOpen={open} />
      ) : (
        <DutyMatrixGrid view={view} open={readCell(search.cell)} onOpen={open} />
      )}
      {!single && (
        <div className={styles.foot}>
          <DutyLegend states={DUTY_STATES} note={words.legendNone} />
          <span role="status" className="num">
            {words.unitsOf(format.number(view.rows.length), format.number(matrix.rows.length))} · {words.clauses(format.number(view.columns.length))}
            {view.hidden > 0 && ` · ${words.hiddenClauses(format.number(view.hidden))}`}
          </span>
        </div>
      )}
    </>
  );
}

/** Clauses whose role nobody holds bind nobody: that is said before the figures look too good. */
function Unassigned({ roles }: { roles: DutyMatrix["unassigned"] }) {
  const words = useDutyWords();
  const hubText = useHubText();
  if (roles.length === 0) return null;
  return (
    <section className={page.warning} aria-label={words.unassigned}>
      <TriangleAlert size={18} aria-hidden />
      <ul>
        {roles.map((role) => (
          <li key={role.role}>
            {words.unassignedRole(hubText(role.title), format.number(role.clauses))}{" "}
            <Link to="/co-quan" search={{}} className={styles.assign}>
              {words.assign}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function DutyFilters({ matrix, search, onSearch }: { matrix: DutyMatrix; search: DutySearch; onSearch: ChangeDutySearch }) {
  const words = useDutyWords();
  const hubText = useHubText();
  const many = matrix.rows.length > 1;
  const present = groupsPresent(matrix);
  return (
    <div className={styles.bar}>
      {many && present.size > 1 && (
        <Segments
          label={words.group}
          value={search.group ?? "all"}
          onChange={(next) => onSearch({ group: next === "all" ? undefined : next })}
          choices={(["all", ...GROUPS.filter((group) => present.has(group))] as const).map((value) => ({ value, label: words.groups[value] }))}
        />
      )}
      {many && (
        <ToggleChip icon={OctagonX} pressed={search.overdue === true} onChange={(next) => onSearch({ overdue: next || undefined })}>
          {words.onlyOverdue}
        </ToggleChip>
      )}
      {many && (
        <ToggleChip icon={UsersRound} pressed={search.shared === true} onChange={(next) => onSearch({ shared: next || undefined })}>
          {words.shared}
        </ToggleChip>
      )}
      {matrix.directives.length > 1 && (
        <SelectBox
          label={words.directive}
          value={String(search.directive ?? "")}
          onChange={(next) => onSearch({ directive: readId(Number(next)) })}
          choices={[
            { value: "", label: words.everyDirective },
            ...matrix.directives.map((one) => ({ value: String(one.id), label: directiveName(one, hubText, words.unknownNumber) })),
          ]}
        />
      )}
      <AsOfPicker value={search.as_of} onChange={(next) => onSearch({ as_of: next })} />
      <SearchBox
        label={many ? words.find : words.findClause}
        value={search.q ?? ""}
        onChange={(q) => onSearch({ q: q || undefined })}
      />
    </div>
  );
}
