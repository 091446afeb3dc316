import { Link } from "@tanstack/react-router";
import { ArrowLeft, FilePlus2, Lock, LockOpen, Pencil, ShieldCheck, UserRoundCog } from "lucide-react";
import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { Facts } from "@/components/section";
import { SeverityTag, Tag } from "@/components/tag";
import type { IncidentDetail } from "@/lib/api-types";
import { today } from "@/lib/days";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { ClockStrip } from "./clock-strip";
import { EditDialog } from "./edit-dialog";
import { documentsFor, spanOf } from "./incident-model";
import { IncidentStateTag } from "./incident-tags";
import styles from "./incidents.module.css";
import { CloseDialog, WordsDialog } from "./move-dialogs";
import { PeopleCard } from "./people-card";
import { ReportsCard, SourcesCard } from "./side-cards";
import { TasksCard } from "./tasks-card";
import { Timeline } from "./timeline";
import { useIncident } from "./use-incidents";
import { useIncidentWords } from "./words";

/** One incident: what happened, by when whom to tell, who does what. */
export function IncidentPage({ id }: { id: number }) {
  const words = useIncidentWords();
  const query = useIncident(id);
  return (
    <div className={page.page}>
      <Link to="/su-co" search={(old) => ({ unit: old.unit })} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.back}
      </Link>
      <AsyncView query={query}>{(detail) => <Ready detail={detail} />}</AsyncView>
    </div>
  );
}

function Ready({ detail }: { detail: IncidentDetail }) {
  const words = useIncidentWords();
  const closed = detail.incident.state === "closed";
  return (
    <>
      <Head detail={detail} />
      {closed && (
        <p className={styles.closed}>
          <Lock size={17} aria-hidden />
          {words.closedNote}
        </p>
      )}
      {closed && <CauseCard detail={detail} />}
      <ClockStrip detail={detail} />
      <div className={styles.columns}>
        <Timeline detail={detail} />
        <div className={page.column}>
          <TasksCard detail={detail} />
          <PeopleCard detail={detail} />
          <ReportsCard detail={detail} />
          <SourcesCard detail={detail} />
          <MetricsCard detail={detail} />
        </div>
      </div>
    </>
  );
}

function Head({ detail }: { detail: IncidentDetail }) {
  const words = useIncidentWords();
  const hubText = useHubText();
  const { incident } = detail;
  return (
    <PageHead
      title={<OutsideText value={incident.title} />}
      sub={
        <>
          <span className={page.under}>
            <IncidentStateTag state={incident.state} />
            <SeverityTag severity={incident.severity} />
            {incident.personal_data && <Tag tone="mute" icon={UserRoundCog} word={words.personalData} />}
            <span>
              {incident.unit.name} · {words.kinds[incident.kind]}
            </span>
            <span className="num">
              {words.detectedAt(format.dateTime(incident.detected_at))} · {words.openedBy(incident.opened_by?.name ?? words.hub, format.dateTime(incident.opened_at))}, {words.sources[incident.source]}
            </span>
          </span>
          <small className={styles.label}>{hubText(detail.severity_label)}</small>
        </>
      }
    >
      <Acts detail={detail} />
    </PageHead>
  );
}

/** What may be done here and now; a closed incident can only be opened again. */
function Acts({ detail }: { detail: IncidentDetail }) {
  const words = useIncidentWords();
  const mayWrite = useMay("province_admin", "soc_operator", "unit_officer");
  const [asking, setAsking] = useState<"contained" | "open" | "closed" | "edit" | null>(null);
  const { incident, may_edit: mayEdit } = detail;
  const { state } = incident;
  const leave = () => setAsking(null);
  if (!mayWrite) return null;
  return (
    <>
      {mayEdit && (
        <Button icon={Pencil} onClick={() => setAsking("edit")}>
          {words.edit}
        </Button>
      )}
      {(mayEdit || state === "closed") && <Documents detail={detail} />}
      {mayEdit && state === "open" && (
        <Button kind="primary" icon={ShieldCheck} onClick={() => setAsking("contained")}>
          {words.contain}
        </Button>
      )}
      {mayEdit && (
        <Button kind={state === "contained" ? "primary" : "plain"} icon={Lock} onClick={() => setAsking("closed")}>
          {words.close}
        </Button>
      )}
      {state === "closed" && (
        <Button icon={LockOpen} onClick={() => setAsking("open")}>
          {words.reopen}
        </Button>
      )}
      {asking === "edit" && <EditDialog detail={detail} onClose={leave} />}
      {asking === "closed" && <CloseDialog detail={detail} onClose={leave} />}
      {(asking === "contained" || asking === "open") && <WordsDialog detail={detail} to={asking} onClose={leave} />}
    </>
  );
}

/** The documents of where the incident stands are made on the screen of documents, with what is known filled in. */
function Documents({ detail: { incident } }: { detail: IncidentDetail }) {
  const words = useIncidentWords();
  return (
    <>
      {documentsFor(incident).map((kind) => (
        <Link key={kind} to="/bao-cao" search={(old) => ({ unit: old.unit, make: kind, incident: incident.id, of: incident.unit.id, day: today(Date.parse(incident.detected_at)) })} className={buttonLook()}>
          <FilePlus2 size={16} aria-hidden />
          {words.documents[kind]}
        </Link>
      ))}
    </>
  );
}

function CauseCard({ detail: { cause, lesson } }: { detail: IncidentDetail }) {
  const words = useIncidentWords();
  return (
    <Card title={words.causeTitle}>
      <Facts
        facts={[
          { label: words.cause, value: cause && <OutsideText value={cause} keepLines />, wide: true },
          { label: words.lesson, value: lesson && <OutsideText value={lesson} keepLines />, wide: true },
        ]}
      />
    </Card>
  );
}

function MetricsCard({ detail: { metrics } }: { detail: IncidentDetail }) {
  const words = useIncidentWords();
  const said = (minutes: number | null) => (minutes === null ? words.notYet : words.span(spanOf(minutes)));
  return (
    <Card title={words.metrics}>
      <Facts
        facts={[
          { label: words.toDetect, value: said(metrics.minutes_to_detect) },
          { label: words.toReport, value: said(metrics.minutes_to_report) },
          { label: words.toContain, value: said(metrics.minutes_to_contain) },
          { label: words.toClose, value: said(metrics.minutes_to_close) },
        ]}
      />
    </Card>
  );
}
