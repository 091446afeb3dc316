import { Link } from "@tanstack/react-router";
import { CheckCheck, CircleHelp, FileDown, FilterX, History, Upload } from "lucide-react";
import { useCallback, useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import { ListFoot } from "@/components/list-foot";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { SearchBox } from "@/components/search-box";
import { Tabs } from "@/components/tabs";
import type { BotnetAddress, BotnetAddressPage, BotnetLookupState } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { BOTNET_VIEWS, type BotnetSearch, type ChangeBotnetSearch } from "./botnet-search";
import { BotnetStateTag, cameBackBefore } from "./botnet-tags";
import styles from "./botnet.module.css";
import { LogDialog } from "./log-dialog";
import { useBotnetAddresses } from "./use-botnet";
import { useBotnetWords } from "./words";

interface BotnetPageProps {
  search: BotnetSearch;
  unit?: number;
  onSearch: ChangeBotnetSearch;
}

/** Which addresses of ours are on a list of botnet addresses, and how far each is on its way out of it. */
export function BotnetPage({ search, unit, onSearch }: BotnetPageProps) {
  const words = useBotnetWords();
  const view = search.show ?? "open";
  const query = useBotnetAddresses({ unit, q: search.q, view });
  const first = query.data?.pages[0];
  const items = query.data?.pages.flatMap((one) => one.items) ?? [];
  const onWord = useCallback((q: string) => onSearch({ q: q || undefined }), [onSearch]);
  return (
    <div className={page.page}>
      <AsyncView query={query}>
        {() =>
          first && (
            <>
              <Answer first={first} unit={unit} />
              <div className={page.bar}>
                <Tabs
                  label={words.view}
                  value={view}
                  onChange={(next) => onSearch({ show: next === "open" ? undefined : next })}
                  tabs={BOTNET_VIEWS.map((value) => ({ value, label: words.views[value], count: format.number(first.counts[value]) }))}
                />
                <SearchBox label={words.filter} value={search.q ?? ""} onChange={onWord} />
              </div>
              {items.length === 0 ? (
                <Nothing first={first} filtered={view !== "open" || search.q !== undefined} />
              ) : (
                <div className={table.wrap}>
                  <AddressTable items={items} />
                  <ListFoot shown={items.length} total={first.total} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
                </div>
              )}
            </>
          )
        }
      </AsyncView>
    </div>
  );
}

function Answer({ first: { counts, lookup }, unit }: { first: BotnetAddressPage; unit?: number }) {
  const words = useBotnetWords();
  const mayUpload = useMay("province_admin", "soc_operator", "unit_officer");
  const [uploading, setUploading] = useState(false);
  const title = counts.open > 0 ? words.open(format.number(counts.open)) : lookup.late ? words.notKnown : words.none;
  return (
    <>
      <PageHead title={title} sub={words.sub}>
        {mayUpload && counts.open > 0 && (
          <Button icon={Upload} onClick={() => setUploading(true)}>
            {words.uploadLog}
          </Button>
        )}
        {lookup.may_import && (
          <Link to="/botnet/nhap" search={(old: { unit?: number }) => ({ unit: old.unit })} className={buttonLook("primary")}>
            <FileDown size={16} aria-hidden />
            {words.bring}
          </Link>
        )}
      </PageHead>
      <ul className={styles.standing}>
        <LookupLine lookup={lookup} />
        {counts.oldest_days !== null && <li>{words.oldest(format.number(counts.oldest_days))}</li>}
        {counts.unknown > 0 && <li>{words.unknownCount(format.number(counts.unknown))}</li>}
        {counts.recurred > 0 && <li data-bad>{words.recurredCount(format.number(counts.recurred))}</li>}
        <li>
          <Link to="/botnet/tra-cuu" search={(old: { unit?: number }) => ({ unit: old.unit })} className="link">
            <History size={15} aria-hidden />
            {words.lookups}
          </Link>
        </li>
      </ul>
      {uploading && <LogDialog unit={unit} onClose={() => setUploading(false)} />}
    </>
  );
}

/** Without a look-up of late nobody can say that there is none. */
export function LookupLine({ lookup }: { lookup: BotnetLookupState }) {
  const words = useBotnetWords();
  const hubText = useHubText();
  const { days_since: days } = lookup;
  const said = days === null ? words.neverLooked : days === 0 ? words.lookedToday : words.lookedAgo(format.number(days));
  return (
    <li data-bad={lookup.late || undefined} title={hubText(lookup.label)}>
      {said}
      {lookup.late && days !== null && ` · ${words.late}`}
    </li>
  );
}

function Nothing({ first, filtered }: { first: BotnetAddressPage; filtered: boolean }) {
  const words = useBotnetWords();
  return (
    <div className={page.box}>
      {filtered ? (
        <EmptyState icon={FilterX} title={words.emptyFiltered} sub={words.emptyFilteredSub} />
      ) : first.lookup.days_since === null ? (
        <EmptyState icon={CircleHelp} title={words.emptyNotKnown} sub={words.emptyNotKnownSub} />
      ) : (
        <EmptyState icon={CheckCheck} title={words.emptyOpen} sub={words.emptyOpenSub} />
      )}
    </div>
  );
}

function AddressTable({ items }: { items: BotnetAddress[] }) {
  const words = useBotnetWords();
  return (
    <table className={table.table} aria-label={words.title}>
      <thead>
        <tr>
          <th scope="col">{words.address}</th>
          <th scope="col">{words.unit}</th>
          <th scope="col">{words.state}</th>
          <th scope="col" className={table.number}>
            {words.age}
          </th>
          <th scope="col">{words.malware}</th>
          <th scope="col">{words.machine}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((one) => (
          <AddressRow key={one.id} one={one} />
        ))}
      </tbody>
    </table>
  );
}

function AddressRow({ one }: { one: BotnetAddress }) {
  const words = useBotnetWords();
  return (
    <tr>
      <th scope="row" className={table.name}>
        <Link to="/botnet/$caseId" params={{ caseId: String(one.id) }} search={(old: { unit?: number }) => ({ unit: old.unit })} className={classNames("link", "mono")}>
          {one.address}
        </Link>
      </th>
      <td data-label={words.unit} className={one.unit ? undefined : table.soft}>
        {one.unit ? one.unit.name : words.unknownUnit}
      </td>
      <td data-label={words.state}>
        <span className={styles.two}>
          <BotnetStateTag state={one.state} bare />
          {cameBackBefore(one) && <small>{words.recurrences(format.number(one.recurrences))}</small>}
        </span>
      </td>
      <td data-label={words.age} className={table.number}>
        {words.days(format.number(one.age_days))}
      </td>
      <td data-label={words.malware}>
        <OutsideText value={one.malware || "–"} />
      </td>
      <td data-label={words.machine} className={one.machine ? undefined : table.soft}>
        {one.machine ? one.machine.name : words.machineUnknown}
      </td>
    </tr>
  );
}
