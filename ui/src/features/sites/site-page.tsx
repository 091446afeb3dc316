import { Link } from "@tanstack/react-router";
import { ArrowLeft, RefreshCw } from "lucide-react";

import { AsyncView, ProblemNote, Waiting } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import type { SiteDetail } from "@/lib/api-types";
import { useMay } from "@/lib/queries";

import { CaseCard } from "./case-card";
import { LabelCard } from "./label-card";
import { ListedCard } from "./listed-card";
import { LookCard } from "./look-card";
import { LookProgress } from "./look-progress";
import { PageTable } from "./page-table";
import { SiteFacts } from "./site-facts";
import styles from "./site-page.module.css";
import { SoftwareCard } from "./software-card";
import { RecurrenceTag, SiteStatusTag } from "./site-tags";
import { SiteTimeline } from "./site-timeline";
import { isAwaited, useDecideCase, useLookAtSite, useSite, useSiteCase } from "./use-sites";
import { useSiteWords } from "./words";

interface SitePageProps {
  id: number;
  /** The case to show; the newest when absent. */
  shownCase?: number;
}

export function SitePage({ id, shownCase }: SitePageProps) {
  const words = useSiteWords();
  const query = useSite(id);
  return (
    <div className={page.page}>
      <Link to="/website" className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.title}
      </Link>
      <AsyncView query={query}>{(detail) => <SiteReady detail={detail} shownCase={shownCase} />}</AsyncView>
    </div>
  );
}

function SiteReady({ detail, shownCase }: { detail: SiteDetail; shownCase?: number }) {
  const { watched, last_look: look } = detail;
  const { site } = watched;
  const caseId = detail.cases.find(({ id }) => id === shownCase)?.id ?? watched.open_case ?? detail.cases[0]?.id;
  const caseQuery = useSiteCase(caseId);
  // The case stands above all else: what is below must not jump when it comes.
  if (caseId !== undefined && caseQuery.isPending) return <Waiting />;
  return (
    <>
      <PageHead
        title={<OutsideText value={site.address} />}
        sub={
          <span className={page.under}>
            <SiteStatusTag status={watched.status} />
            <RecurrenceTag count={watched.open_case ? watched.recurrences : 0} />
            <span>{site.unit.name}</span>
            {site.title !== site.unit.name && <OutsideText value={site.title} />}
          </span>
        }
      >
        <RecheckButton detail={detail} />
      </PageHead>
      <LookProgress watch={detail.watch} look={look} />
      {caseId !== undefined && (watched.open_case !== null || shownCase !== undefined) ? (
        <AsyncView query={caseQuery}>{(one) => <CaseCard key={one.case.id} detail={one} newest={watched.open_case ?? detail.cases[0]?.id} />}</AsyncView>
      ) : (
        <CalmCard detail={detail} />
      )}
      <div className={page.columns}>
        <div className={page.column}>
          <PageTable site={site.id} pages={detail.pages} />
          <SiteTimeline detail={detail} shown={caseQuery.data} />
        </div>
        <div className={page.column}>
          <LookCard detail={detail} />
          <ListedCard detail={detail} />
          <SoftwareCard known={detail.known_vulnerabilities} />
          <LabelCard site={site} check={detail.label_check} />
          <SiteFacts site={site} look={look} />
        </div>
      </div>
    </>
  );
}

/** What the state means, where no case asks for anything. */
function CalmCard({ detail }: { detail: SiteDetail }) {
  const words = useSiteWords();
  const { status } = detail.watched;
  return (
    <Card title={words.now[status]}>
      <p className={styles.soft}>{words.nowSub[status]}</p>
    </Card>
  );
}

/** With a living case the wish belongs to its history. */
function RecheckButton({ detail }: { detail: SiteDetail }) {
  const words = useSiteWords();
  const mayAct = useMay("province_admin", "soc_operator", "unit_officer");
  const { site, open_case: open } = detail.watched;
  const look = useLookAtSite(site.id);
  const decide = useDecideCase(open ?? 0);
  if (!mayAct) return null;
  const busy = look.isPending || decide.isPending || isAwaited(detail);
  return (
    <>
      <Button icon={RefreshCw} busy={busy} onClick={() => (open ? decide.mutate({ event: "recheck" }) : look.mutate())}>
        {words.recheck}
      </Button>
      <ProblemNote error={look.error ?? decide.error} />
    </>
  );
}
