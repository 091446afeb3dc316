import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Inbox } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { EmptyState } from "@/components/empty-state";
import { ListFoot } from "@/components/list-foot";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { Segments } from "@/components/segments";
import type { DutyRecord } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";
import { registersQuery } from "@/lib/queries";

import { writeCell } from "./duty-search";
import { DutyTabs } from "./duty-tabs";
import styles from "./inbox-page.module.css";
import { RecordItem } from "./record-item";
import { useRecords, type RecordState } from "./use-duties";
import { useDutyWords } from "./words";

const STATES = ["waiting", "approved", "refused", "withdrawn"] as const;

interface InboxPageProps {
  state: RecordState;
  unit?: number;
  onState: (state: RecordState) => void;
}

/** What was recorded and waits for a second pair of eyes. */
export function InboxPage({ state, unit, onState }: InboxPageProps) {
  const words = useDutyWords();
  const { recordState } = useWords();
  const query = useRecords(unit, state);
  const records = query.data?.pages.flatMap((one) => one.items) ?? [];
  return (
    <div className={page.page}>
      <PageHead title={words.inboxTitle} sub={words.inboxSub}>
        <DutyTabs />
      </PageHead>
      <Segments label={words.recordStates} value={state} onChange={onState} choices={STATES.map((value) => ({ value, label: recordState[value] }))} />
      <AsyncView
        query={query}
        isEmpty={() => records.length === 0}
        empty={() => <EmptyState icon={Inbox} title={words.inboxEmpty} sub={words.inboxEmptySub} />}
      >
        {() => (
          <>
            <ul className={styles.list}>
              {records.map((record) => (
                <InboxItem key={record.id} record={record} />
              ))}
            </ul>
            <ListFoot
              shown={records.length}
              total={query.data?.pages[0]?.total ?? 0}
              more={query.hasNextPage}
              loading={query.isFetchingNextPage}
              onMore={() => void query.fetchNextPage()}
            />
          </>
        )}
      </AsyncView>
      {state === "waiting" && <WaitingRegisters />}
    </div>
  );
}

function InboxItem({ record }: { record: DutyRecord }) {
  const words = useDutyWords();
  const hubText = useHubText();
  return (
    <li className={styles.item}>
      <div className={styles.what}>
        <p>{record.unit.name}</p>
        <h2>{hubText(record.title)}</h2>
        <Link to="/nghia-vu" search={(old) => ({ unit: old.unit, cell: writeCell({ unit: record.unit.id, clause: record.clause }) })} className="link">
          {words.openCell}
          <span className="visually-hidden">: {hubText(record.title)}</span>
        </Link>
      </div>
      <ul className={styles.record}>
        <RecordItem record={record} />
      </ul>
    </li>
  );
}

function WaitingRegisters() {
  const words = useDutyWords();
  const hubText = useHubText();
  const waiting = useQuery(registersQuery).data?.items.filter((register) => register.waiting > 0) ?? [];
  if (waiting.length === 0) return null;
  return (
    <section aria-labelledby="waiting-registers" className={styles.registers}>
      <h2 id="waiting-registers">{words.waitingRegisters}</h2>
      <ul>
        {waiting.map((register) => (
          <li key={register.name}>
            <Link to="/so-dang-ky/$name" params={{ name: register.name }} search={(old) => ({ unit: old.unit, state: "waiting" as const })}>
              <b>{hubText(register.title)}</b>
              <span>{words.waitingIn(format.number(register.waiting))}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
