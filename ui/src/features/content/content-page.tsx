import { PackageCheck, PackageOpen } from "lucide-react";
import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import type { ContentReleaseList } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./content.module.css";
import { SafeMachines } from "./machine-tables";
import { ReleaseDetail } from "./release-detail";
import { ReleaseTable } from "./release-table";
import { StartDialog } from "./start-dialog";
import { useContentReleases } from "./use-content";
import { useContentWords } from "./words";

interface ContentPageProps {
  /** The release that is looked at; the newest when none is named. */
  version: number | undefined;
}

/** What scans on all machines, on its way ring by ring: how it fares, and the hand on the brake. */
export function ContentPage({ version }: ContentPageProps) {
  const words = useContentWords();
  const query = useContentReleases();
  const [starting, setStarting] = useState(false);
  return (
    <div className={page.page}>
      <PageHead title={words.title} sub={words.sub}>
        {query.data?.may_start && (
          <Button kind="primary" icon={PackageOpen} onClick={() => setStarting(true)}>
            {words.start}
          </Button>
        )}
      </PageHead>
      <AsyncView query={query}>{(list) => <Ready list={list} version={version} />}</AsyncView>
      {starting && <StartDialog onClose={() => setStarting(false)} />}
    </div>
  );
}

function Ready({ list, version }: { list: ContentReleaseList; version: number | undefined }) {
  const words = useContentWords();
  const shown = list.items.find((one) => one.version === version) ?? list.items[0];
  return (
    <>
      <Notices list={list} />
      {shown ? (
        <>
          <Counts list={list} />
          {/* Anew for another release: its figures are not those of the one before. */}
          <ReleaseDetail key={shown.version} version={shown.version} threshold={list.trust?.threshold}>
            {list.safe_machines.length > 0 && <SafeMachines machines={list.safe_machines} />}
            <ReleaseTable releases={list.items} shown={shown.version} />
          </ReleaseDetail>
        </>
      ) : (
        <EmptyState icon={PackageCheck} title={words.none} sub={list.trust ? words.noneSub : words.noTrust} />
      )}
    </>
  );
}

/** What is being tried, what was refused last, and whether the province holds content back. */
function Notices({ list: { trying, hold } }: { list: ContentReleaseList }) {
  const words = useContentWords();
  const { holds } = words;
  const held = hold.kind === "pin" ? holds.pin(hold.version ?? 0) : hold.kind === "delay" ? holds.delay(hold.delay_hours ?? 0) : holds[hold.kind];
  return (
    <>
      {held && <p className={page.note}>{held}</p>}
      {trying && (
        <div role="status" className={trying.refusal ? page.warning : page.note}>
          <div>
            <p>{!trying.ended_at ? words.trying(trying.version) : trying.refusal ? words.refused(trying.version) : words.tried(trying.version)}</p>
            {trying.refusal && <p className="mono">{trying.refusal}</p>}
          </div>
        </div>
      )}
    </>
  );
}

function Counts({ list: { machines, last_good: lastGood } }: { list: ContentReleaseList }) {
  const words = useContentWords();
  const figures = [
    [words.counts.total, format.number(machines.total), words.holdings(format.number(machines.factory), format.number(machines.unheard))],
    [words.counts.lastGood, lastGood === null ? "–" : format.number(lastGood)],
    [words.counts.probation, format.number(machines.probation)],
    [words.counts.safe, format.number(machines.safe)],
  ] as const;
  return (
    <dl className={styles.counts}>
      {figures.map(([name, value, note]) => (
        <div key={name} data-alarm={(name === words.counts.safe && machines.safe > 0) || undefined}>
          <dt>{name}</dt>
          <dd>{value}</dd>
          {note && <dd className={styles.soft}>{note}</dd>}
        </div>
      ))}
    </dl>
  );
}
