import { Link } from "@tanstack/react-router";
import { RotateCw } from "lucide-react";
import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { ListFoot } from "@/components/list-foot";
import { OutsideText } from "@/components/outside-text";
import { SearchBox } from "@/components/search-box";
import { Tabs } from "@/components/tabs";
import { SeverityTag } from "@/components/tag";
import type { Software, SoftwarePage } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./advisories.module.css";
import { ExploitedTag } from "./advisory-tags";
import { SOFTWARE_VIEWS, useSoftware, type SoftwareView } from "./use-advisories";
import { useAdvisoryWords } from "./words";

const SHOWN = 3;

/** What is installed on a machine and what is wrong with it; what is followed comes first. */
export function SoftwareCard({ machine }: { machine: number }) {
  const words = useAdvisoryWords();
  const [view, setView] = useState<SoftwareView>("followed");
  const [q, setQ] = useState("");
  const query = useSoftware(machine, view, q);
  const first = query.data?.pages[0];
  const items = query.data?.pages.flatMap((one) => one.items) ?? [];
  return (
    <Card flush title={words.software} sub={first?.inventory_at ? words.softwareAt(format.dateTime(first.inventory_at)) : undefined}>
      <div className={styles.tabs}>
        {first && <KernelWaits page={first} />}
        {first && !first.judged && <p className={styles.late}>{words.softwareUnjudged}</p>}
        <SoftwareViews view={view} counts={first?.counts} onView={setView} />
        <SearchBox label={words.softwareFilter} value={q} onChange={setQ} />
      </div>
      <AsyncView query={query} isEmpty={() => items.length === 0} empty={() => first && <NoSoftware page={first} view={view} filtered={q !== ""} />}>
        {() => (
          <div className={classNames(table.wrap, table.inCard)}>
            <SoftwareTable items={items} judged={first?.judged ?? false} />
            <ListFoot shown={items.length} total={first?.total ?? 0} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
          </div>
        )}
      </AsyncView>
    </Card>
  );
}

function SoftwareViews({ view, counts, onView }: { view: SoftwareView; counts?: SoftwarePage["counts"]; onView: (view: SoftwareView) => void }) {
  const words = useAdvisoryWords();
  const count = { followed: counts?.followed, vulnerable: counts?.vulnerable, all: counts?.packages };
  return (
    <Tabs
      label={words.view}
      value={view}
      onChange={onView}
      tabs={SOFTWARE_VIEWS.map((value) => ({ value, label: words.softwareViews[value], count: count[value] === undefined ? undefined : format.number(count[value]) }))}
    />
  );
}

function KernelWaits({ page: { kernel_installed: installed, kernel_running: running } }: { page: SoftwarePage }) {
  const words = useAdvisoryWords();
  if (installed === "" || running === "" || installed === running) return null;
  return (
    <p className={styles.reboot}>
      <RotateCw size={16} aria-hidden />
      <OutsideText value={words.kernelWaits(installed, running)} />
    </p>
  );
}

/** No list, no knowledge, no match and no vulnerability are different answers. */
function NoSoftware({ page, view, filtered }: { page: SoftwarePage; view: SoftwareView; filtered: boolean }) {
  const words = useAdvisoryWords();
  const said =
    page.inventory_at === null || page.counts.packages === 0
      ? words.softwareNone
      : filtered || view === "all"
        ? words.softwareFiltered
        : !page.judged
          ? words.softwareUnjudged
          : view === "followed" && page.counts.vulnerable > 0
            ? words.softwareFine
            : words.softwareFineAll;
  return <p className={styles.none}>{said}</p>;
}

function SoftwareTable({ items, judged }: { items: Software[]; judged: boolean }) {
  const words = useAdvisoryWords();
  return (
    <table className={classNames(table.table, styles.softwares)} aria-label={words.softwareList}>
      <thead>
        <tr>
          <th scope="col">{words.softwareName}</th>
          <th scope="col">{words.softwareVersion}</th>
          <th scope="col">{words.softwareVulnerabilities}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.purl}>
            <th scope="row" className={table.name}>
              <span className={styles.two}>
                <OutsideText value={item.name} />
                {item.source !== "" && item.source !== item.name && (
                  <small>
                    <OutsideText value={words.sourcePackage(item.source, item.source_version)} />
                  </small>
                )}
              </span>
            </th>
            <td data-label={words.softwareVersion} className="mono">
              {item.version === "" ? <em className={styles.soft}>{words.versionUnknown}</em> : <OutsideText value={item.version} />}
            </td>
            <td data-label={words.softwareVulnerabilities}>
              <Vulnerabilities item={item} judged={judged} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Vulnerabilities({ item, judged }: { item: Software; judged: boolean }) {
  const words = useAdvisoryWords();
  const [all, setAll] = useState(false);
  const { vulnerabilities } = item;
  if (vulnerabilities.length === 0) return <span className={styles.soft}>{judged && item.version !== "" ? words.noVulnerability : words.states.unknown}</span>;
  const shown = all ? vulnerabilities : vulnerabilities.slice(0, SHOWN);
  return (
    <ul className={styles.vulnerabilities}>
      {shown.map((one) => (
        <Vulnerability key={one.name} one={one} />
      ))}
      {shown.length < vulnerabilities.length && (
        <li>
          <button type="button" className={styles.see} onClick={() => setAll(true)}>
            {words.moreVulnerabilities(format.number(vulnerabilities.length - shown.length))}
            <span className="visually-hidden"> {item.name}</span>
          </button>
        </li>
      )}
    </ul>
  );
}

function Vulnerability({ one }: { one: Software["vulnerabilities"][number] }) {
  const words = useAdvisoryWords();
  const notes = [
    one.state === "unknown" ? words.versionUnknown : one.fixed === "" ? words.standing[one.standing] || words.fixNone : words.fixedFrom(one.fixed),
    one.state !== "unknown" && one.fixed !== "" && words.standing[one.standing],
    one.followed && words.follows,
  ];
  return (
    <li>
      <span className={styles.names}>
        {one.advisory === null ? (
          <OutsideText value={one.name} />
        ) : (
          <Link to="/canh-bao/$advisoryId" params={{ advisoryId: String(one.advisory) }} search={(old) => ({ unit: old.unit })} className="link">
            <OutsideText value={one.name} />
          </Link>
        )}
        <SeverityTag severity={one.severity} bare />
        {one.exploited && <ExploitedTag />}
      </span>
      <small title={one.rule}>
        <OutsideText value={[...notes, one.record].filter(Boolean).join(" · ")} />
      </small>
    </li>
  );
}
