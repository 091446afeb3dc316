import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, BookOpenText, Plus, Search, TriangleAlert } from "lucide-react";

import { AsOfPicker } from "@/components/as-of-picker";
import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import { ListFoot } from "@/components/list-foot";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { RecordStateTag } from "@/components/record-state-tag";
import { SearchBox } from "@/components/search-box";
import { SelectBox } from "@/components/select-box";
import type { Register, RegisterRecord } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";
import { registersQuery, useMay } from "@/lib/queries";

import { RecordPanel } from "./record-panel";
import styles from "./register-page.module.css";
import { REGISTER_STATES, type ChangeRegisterSearch, type RegisterSearch } from "./register-search";
import { useRegisterRecords } from "./use-registers";
import { useRegisterWords } from "./words";

interface RegisterPageProps {
  name: string;
  search: RegisterSearch;
  unit?: number;
  onSearch: ChangeRegisterSearch;
  /** There is no register of this name. */
  absent: React.ReactNode;
}

/** One register: what is in it, and beside the list the record that is open or being written. */
export function RegisterPage({ name, search, unit, onSearch, absent }: RegisterPageProps) {
  const words = useRegisterWords();
  const query = useQuery(registersQuery);
  const open = search.id !== undefined || search.add === true;
  return (
    <div className={styles.page} data-open={open || undefined}>
      <Link to="/so-dang-ky" className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.title}
      </Link>
      <AsyncView query={query}>
        {({ items }) => {
          const register = items.find((one) => one.name === name);
          return register ? <RegisterReady register={register} search={search} unit={unit} onSearch={onSearch} /> : absent;
        }}
      </AsyncView>
    </div>
  );
}

interface RegisterReadyProps {
  register: Register;
  search: RegisterSearch;
  unit?: number;
  onSearch: ChangeRegisterSearch;
}

function RegisterReady({ register, search, unit, onSearch }: RegisterReadyProps) {
  const words = useRegisterWords();
  const { app, recordState } = useWords();
  const hubText = useHubText();
  const mayAdd = useMay("province_admin", "soc_operator", "unit_officer");
  const query = useRegisterRecords(register.name, unit, search);
  const records = query.data?.pages.flatMap((one) => one.items) ?? [];
  const filtered = Boolean(search.q ?? search.state ?? search.as_of);
  const title = hubText(register.title);
  const addButton = mayAdd && (
    <Button kind="primary" icon={Plus} onClick={() => onSearch({ add: true, id: undefined })}>
      {words.add}
    </Button>
  );
  return (
    <>
      <PageHead title={title} sub={hubText(register.purpose)}>
        {addButton}
      </PageHead>
      <div className={page.bar}>
        <SearchBox label={words.filter} value={search.q ?? ""} onChange={(q) => onSearch({ q: q || undefined })} />
        <SelectBox
          label={words.states}
          value={search.state ?? ""}
          choices={[{ value: "", label: words.current }, ...REGISTER_STATES.map((value) => ({ value, label: recordState[value] }))]}
          onChange={(next) => onSearch({ state: REGISTER_STATES.find((known) => known === next) })}
        />
        <AsOfPicker value={search.as_of} onChange={(next) => onSearch({ as_of: next })} />
        <span className={page.count} role="status">
          {query.data?.pages[0] && words.total(format.number(query.data.pages[0].total))}
        </span>
      </div>
      <AsyncView
        query={query}
        isEmpty={() => records.length === 0}
        empty={() =>
          filtered ? (
            <EmptyState
              icon={Search}
              title={app.emptyFiltered}
              action={<Button onClick={() => onSearch({ q: undefined, state: undefined, as_of: undefined })}>{app.clearFilter}</Button>}
            />
          ) : (
            <EmptyState icon={BookOpenText} title={words.empty} sub={words.emptySub} action={addButton} />
          )
        }
      >
        {() => (
          <div className={table.wrap}>
            <RecordTable title={title} records={records} openId={search.id} onOpen={(id) => onSearch({ id, add: undefined })} />
            <ListFoot
              shown={records.length}
              total={query.data?.pages[0]?.total ?? 0}
              more={query.hasNextPage}
              loading={query.isFetchingNextPage}
              onMore={() => void query.fetchNextPage()}
            />
          </div>
        )}
      </AsyncView>
      <RecordPanel register={register} search={search} unit={unit} onSearch={onSearch} />
    </>
  );
}

interface RecordTableProps {
  title: string;
  records: RegisterRecord[];
  openId: number | undefined;
  onOpen: (id: number) => void;
}

function RecordTable({ title, records, openId, onOpen }: RecordTableProps) {
  const words = useRegisterWords();
  const hubText = useHubText();
  return (
    <table className={table.table} aria-label={words.list(title)}>
      <thead>
        <tr>
          <th scope="col">{words.record}</th>
          <th scope="col">{words.unit}</th>
          <th scope="col">{words.recordedAt}</th>
          <th scope="col">{words.state}</th>
        </tr>
      </thead>
      <tbody>
        {records.map((record) => (
          <tr key={record.id} data-open={record.id === openId || undefined}>
            <th scope="row" className={table.name}>
              <button type="button" className={styles.open} aria-expanded={record.id === openId} onClick={() => onOpen(record.id)}>
                <OutsideText value={hubText(record.summary)} />
              </button>
              {record.warnings.length > 0 && (
                <span className={styles.warning}>
                  <TriangleAlert size={14} aria-hidden />
                  {hubText(record.warnings[0]!)}
                </span>
              )}
            </th>
            <td className={table.soft}>{record.unit.name}</td>
            <td className={table.soft} data-label={words.recordedAt}>
              <span className="num">{format.date(record.recorded_at)}</span>
            </td>
            <td>
              <RecordStateTag state={record.state} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
