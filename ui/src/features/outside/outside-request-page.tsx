import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { RadioField } from "@/components/choice-field";
import { NoteField } from "@/components/field";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { Facts } from "@/components/section";
import type { OutsideRequestDetail } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { OutsideStateTag } from "./outside-tags";
import styles from "./outside.module.css";
import { PackageCard } from "./package-card";
import { PackageForm } from "./package-form";
import { useOutsideRequest, useSayOutside } from "./use-outside";
import { useOutsideWords } from "./words";

/** One letter from outside: what for, what was handed over, and every line. */
export function OutsideRequestPage({ id }: { id: number }) {
  const words = useOutsideWords();
  const query = useOutsideRequest(id);
  return (
    <div className={page.page}>
      <Link to="/yeu-cau/ben-ngoai" search={(old) => ({ unit: old.unit })} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.back}
      </Link>
      <AsyncView query={query}>{(detail) => <Ready detail={detail} />}</AsyncView>
    </div>
  );
}

function Ready({ detail }: { detail: OutsideRequestDetail }) {
  const words = useOutsideWords();
  const { request, packages } = detail;
  const mayAct = useMay("province_admin", "soc_operator") && request.state !== "closed";
  return (
    <>
      <PageHead
        title={
          <>
            <OutsideText value={request.number} /> · <OutsideText value={request.receiver.name} />
          </>
        }
        sub={
          <span className={page.under}>
            <OutsideStateTag state={request.state} />
            {request.late && <span className={styles.late}>{words.late}</span>}
          </span>
        }
      />
      <Card title={words.whatFor}>
        <div className={styles.stack}>
          <p className={styles.text}>
            <OutsideText value={request.what_for} keepLines />
          </p>
          <Facts
            facts={[
              { label: words.dated, value: format.date(request.dated_on) },
              { label: words.dueDay, value: request.due_on && format.date(request.due_on) },
              { label: words.recordedAt, value: format.dateTime(request.made_at) },
              { label: words.recordedBy, value: request.made_by?.name },
              { label: words.basis, value: <OutsideText value={request.basis} />, wide: true },
            ]}
          />
        </div>
      </Card>
      {packages.map((one) => (
        <PackageCard key={one.id} one={one} open={request.state !== "closed"} />
      ))}
      {mayAct && <PackageForm request={request.id} />}
      {mayAct && <LineForm request={request.id} />}
      <History detail={detail} />
    </>
  );
}

const WORDS = ["note", "answered", "closed"] as const;

function LineForm({ request }: { request: number }) {
  const words = useOutsideWords();
  const { app } = useWords();
  const say = useSayOutside(request);
  const [word, setWord] = useState<(typeof WORDS)[number]>("note");
  const [text, setText] = useState("");
  const [checked, setChecked] = useState(false);
  const missing = typed(text) === "";
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (missing) return;
    say.mutate({ word, words: typed(text) }, { onSuccess: () => (setText(""), setChecked(false)) });
  }
  return (
    <Card title={words.addLine}>
      <form className={styles.stack} onSubmit={onSubmit} noValidate>
        <RadioField label={words.lineKind} hint={word === "closed" ? words.closeHint : undefined} choices={WORDS.map((value) => ({ value, label: words.lineKinds[value] }))} value={word} onChange={(next) => setWord(next as typeof word)} inline />
        <NoteField label={words.line} value={text} onChange={setText} error={checked && missing ? app.required : null} maxLength={2000} />
        <ProblemNote error={say.error} />
        <div className={styles.acts}>
          <Button submit busy={say.isPending}>
            {words.addLine}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function History({ detail: { history } }: { detail: OutsideRequestDetail }) {
  const words = useOutsideWords();
  return (
    <Card title={words.history} sub={words.historySub}>
      <ol className={styles.history}>
        {history.map((event, index) => (
          <li key={index}>
            <time className="num" dateTime={event.at}>
              {format.dateTime(event.at)}
            </time>
            <div>
              <b>{words.events[event.event]}</b> <span className={styles.soft}>{event.who?.name}</span>
              {event.package !== null && <span className={styles.soft}> · {words.packageOf(format.number(event.package))}</span>}
              {event.words !== "" && (
                <p>
                  <OutsideText value={event.words} keepLines />
                </p>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}
