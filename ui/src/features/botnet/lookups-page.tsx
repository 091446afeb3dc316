import { Link } from "@tanstack/react-router";
import { ArrowLeft, ClipboardPen } from "lucide-react";
import { useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { NoteField, TextField } from "@/components/field";
import { ListFoot } from "@/components/list-foot";
import { Modal, ModalActions } from "@/components/modal";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { typed } from "@/lib/fold";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";

import { LookupLine } from "./botnet-page";
import styles from "./botnet.module.css";
import { useBotnetLists, useBotnetLookups, useRecordLookup } from "./use-botnet";
import { useBotnetWords } from "./words";

const MOST_FOUND = 1_000_000;

/** Who looked at the remote-monitoring system, and which lists came of it. */
export function LookupsPage() {
  const words = useBotnetWords();
  const hubText = useHubText();
  const query = useBotnetLookups();
  const [recording, setRecording] = useState(false);
  const first = query.data?.pages[0];
  return (
    <div className={page.page}>
      <Link to="/botnet" search={(old: { unit?: number }) => ({ unit: old.unit })} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.back}
      </Link>
      <AsyncView query={query}>
        {() =>
          first && (
            <>
              <PageHead title={words.lookupsTitle} sub={words.lookupsSub}>
                {first.lookup.may_import && (
                  <Button kind="primary" icon={ClipboardPen} onClick={() => setRecording(true)}>
                    {words.record}
                  </Button>
                )}
              </PageHead>
              <ul className={styles.standing}>
                <LookupLine lookup={first.lookup} />
                <li>
                  {words.every(format.number(first.lookup.every_days))} {hubText(first.lookup.label)}
                </li>
              </ul>
              <Log query={query} />
              <Lists />
            </>
          )
        }
      </AsyncView>
      {recording && <RecordDialog onClose={() => setRecording(false)} />}
    </div>
  );
}

function Log({ query }: { query: ReturnType<typeof useBotnetLookups> }) {
  const words = useBotnetWords();
  const items = query.data?.pages.flatMap((one) => one.items) ?? [];
  return (
    <Card flush title={words.lookups}>
      {items.length === 0 ? (
        <p className={styles.none}>{words.lookupsNone}</p>
      ) : (
        <div className={classNames(table.wrap, table.inCard)}>
          <table className={table.table} aria-label={words.lookups}>
            <thead>
              <tr>
                <th scope="col">{words.lookedAt}</th>
                <th scope="col">{words.result}</th>
                <th scope="col">{words.who}</th>
                <th scope="col">{words.noteLabel}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <tr key={one.id}>
                  <th scope="row" className={classNames(table.name, "num")}>
                    {format.dateTime(one.looked_up_at)}
                  </th>
                  <td data-label={words.result}>
                    {one.found === 0 ? words.foundNone : words.foundSome(format.number(one.found))}
                    {one.by_list && ` (${words.fromList})`}
                  </td>
                  <td data-label={words.who}>{one.who?.name ?? words.byCommand}</td>
                  <td data-label={words.noteLabel}>
                    <OutsideText value={one.note || "–"} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <ListFoot shown={items.length} total={query.data?.pages[0]?.total ?? 0} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
        </div>
      )}
    </Card>
  );
}

function Lists() {
  const words = useBotnetWords();
  const query = useBotnetLists();
  const items = query.data?.pages.flatMap((one) => one.items) ?? [];
  return (
    <Card flush title={words.lists}>
      <AsyncView query={query} isEmpty={() => items.length === 0} empty={() => <p className={styles.none}>{words.listsNone}</p>}>
        {() => (
          <div className={classNames(table.wrap, table.inCard)}>
            <table className={table.table} aria-label={words.lists}>
              <thead>
                <tr>
                  <th scope="col">{words.listedOn}</th>
                  <th scope="col">{words.source}</th>
                  <th scope="col" className={table.number}>
                    {words.counts.addresses}
                  </th>
                  <th scope="col">{words.by}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((one) => (
                  <tr key={one.id}>
                    <th scope="row" className={table.name}>
                      <Link to="/botnet/danh-sach/$listId" params={{ listId: String(one.id) }} search={(old: { unit?: number }) => ({ unit: old.unit })} className="link num">
                        {format.date(one.listed_on)}
                      </Link>
                    </th>
                    <td data-label={words.source}>
                      <span>
                        <OutsideText value={one.source} /> ({one.complete ? words.whole : words.part})
                      </span>
                    </td>
                    <td data-label={words.counts.addresses} className={table.number}>
                      {format.number(one.addresses)}
                    </td>
                    <td data-label={words.by}>{one.created_by?.name ?? words.byCommand}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            <ListFoot shown={items.length} total={query.data?.pages[0]?.total ?? 0} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
          </div>
        )}
      </AsyncView>
    </Card>
  );
}

function RecordDialog({ onClose }: { onClose: () => void }) {
  const words = useBotnetWords();
  const { app } = useWords();
  const record = useRecordLookup();
  const [found, setFound] = useState("0");
  const [note, setNote] = useState("");
  const [checked, setChecked] = useState(false);
  const count = /^\d{1,7}$/.test(found.trim()) ? Number(found) : null;
  const good = count !== null && count <= MOST_FOUND;

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (good) record.mutate({ found: count, note: typed(note) }, { onSuccess: onClose });
  }

  return (
    <Modal open onClose={onClose} title={words.record}>
      <form onSubmit={onSubmit} noValidate>
        <TextField label={words.found} hint={words.foundHint} error={checked && !good ? words.foundWrong : null} value={found} onChange={setFound} maxLength={9} required autoFocus />
        <NoteField label={words.noteLabel} value={note} onChange={setNote} maxLength={500} optional />
        <ProblemNote error={record.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={record.isPending}>
            {app.save}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
