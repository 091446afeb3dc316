import { Link } from "@tanstack/react-router";
import { ArrowLeft, Check, CornerUpRight, Download, ShieldCheck, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";

import { AsyncView, Waiting } from "@/components/async-view";
import { buttonLook } from "@/components/button";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { SelectBox } from "@/components/select-box";
import { Tag } from "@/components/tag";
import type { KnownPage, PageEvidence, PageSeen, Visitor } from "@/lib/api-types";
import * as format from "@/lib/format";

import { BadLinks, Reasons } from "./reasons";
import type { BadLink } from "./bad-links";
import styles from "./compare-page.module.css";
import { defang, leadsAway } from "./defang";
import { PagePaper } from "./page-paper";
import { PageClassTag } from "./site-tags";
import { SourceDiff } from "./source-diff";
import { PagePicture } from "./page-picture";
import { packageAddress, usePageEvidence, usePageFinding, usePageSource, useSite } from "./use-sites";
import { Views } from "./views";
import { choose } from "./visitor-choice";
import { useSiteWords } from "./words";

export interface CompareSearch {
  left?: Visitor;
  right?: Visitor;
}

interface ComparePageProps {
  site: number;
  evidence: number;
  search: CompareSearch;
  onSearch: (change: CompareSearch) => void;
}

/** What two visitors got for one page, side by side, and why the hub says what it says. */
export function ComparePage({ site, evidence, search, onSearch }: ComparePageProps) {
  const words = useSiteWords();
  const query = usePageEvidence(evidence);
  const siteQuery = useSite(site);
  const known = siteQuery.data?.pages.find((one) => one.url === query.data?.url);
  const finding = usePageFinding(known?.finding);
  // What is named depends on them: nothing is drawn before, so that nothing jumps.
  const waits = siteQuery.isPending || (typeof known?.finding === "number" && finding.isPending);
  return (
    <div className={page.page}>
      <Link to="/website/$siteId" params={{ siteId: String(site) }} search={(old) => ({ unit: old.unit })} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.backToSite}
      </Link>
      <AsyncView query={query}>
        {(one) => (waits ? <Waiting /> : <CompareReady evidence={one} known={known} seen={finding.data?.page} search={search} onSearch={onSearch} />)}
      </AsyncView>
    </div>
  );
}

interface CompareReadyProps {
  evidence: PageEvidence;
  known?: KnownPage;
  seen?: PageSeen | null;
  search: CompareSearch;
  onSearch: (change: CompareSearch) => void;
}

function CompareReady({ evidence, known, seen, search, onSearch }: CompareReadyProps) {
  const words = useSiteWords();
  const usual = choose(evidence, seen);
  const left = search.left ?? usual.left;
  const right = search.right ?? usual.right;
  const links = seen?.evidence === evidence.id ? seen.links : [];
  const views = new Map(evidence.views.map((view) => [view.visitor, view]));
  const both = views.get(left)?.kept === true && views.get(right)?.kept === true;
  const ready = useSources(evidence, left, right);
  const same = both && left !== right && views.get(left)?.sha256 === views.get(right)?.sha256;
  if (!ready) return <Waiting />;
  return (
    <>
      <CompareHead evidence={evidence} known={known} />
      <div className={styles.choose}>
        <VisitorChoice label={words.left} evidence={evidence} value={left} onChange={(next) => onSearch({ left: next })} />
        <VisitorChoice label={words.right} evidence={evidence} value={right} onChange={(next) => onSearch({ right: next })} />
        <p className={styles.safe}>
          <ShieldCheck size={16} aria-hidden />
          {words.safe}
        </p>
      </div>
      {same && <p className={page.note}>{words.sameBoth}</p>}
      <div className={same || left === right ? undefined : styles.sides}>
        {!same && left !== right && <Side evidence={evidence} visitor={left} links={links} />}
        <Side evidence={evidence} visitor={right} links={links} />
      </div>
      <div className={page.columns}>
        <div className={page.column}>
          <Reasons seen={seen} finding={known?.finding ?? null} />
        </div>
        <div className={page.column}>
          <PagePicture evidence={evidence} />
          <Views views={evidence.views} asked={evidence.url} />
        </div>
      </div>
      <BadLinks evidence={evidence} links={links} leftOut={seen?.links_left_out ?? 0} />
      {both && !same && left !== right && <SourceDiff key={`${left}-${right}`} evidence={evidence.id} left={left} right={right} />}
    </>
  );
}

/** Whether the first two sources have come, or cannot; another choice of visitors does not take the page away. */
function useSources(evidence: PageEvidence, left: Visitor, right: Visitor): boolean {
  const kept = (visitor: Visitor) => evidence.views.some((view) => view.visitor === visitor && view.kept);
  const first = usePageSource(evidence.id, left, kept(left));
  const second = usePageSource(evidence.id, right, kept(right));
  const pending = first.isLoading || second.isLoading;
  const [ready, setReady] = useState(!pending);
  useEffect(() => {
    if (!pending) setReady(true);
  }, [pending]);
  return ready;
}

function CompareHead({ evidence, known }: { evidence: PageEvidence; known?: KnownPage }) {
  const words = useSiteWords();
  const newer = known && known.evidence !== null && known.evidence !== evidence.id ? known.evidence : null;
  return (
    <>
      <PageHead
        title={
          <span className={styles.title}>
            <OutsideText value={defang(evidence.url)} />
          </span>
        }
        sub={
          <span className={page.under}>
            <PageClassTag page={evidence.class} />
            <span className="num">{words.taken(format.dateTime(evidence.taken_at))}</span>
          </span>
        }
      >
        <a href={packageAddress(evidence.id)} download className={buttonLook("primary")} title={words.packageHint}>
          <Download size={16} aria-hidden />
          {words.package}
        </a>
      </PageHead>
      {newer !== null && (
        <p className={page.note}>
          {words.newer}{" "}
          <Link
            to="/website/$siteId/bang-chung/$evidenceId"
            params={{ siteId: String(evidence.site), evidenceId: String(newer) }}
            className="link"
          >
            {words.openNewer}
          </Link>
        </p>
      )}
    </>
  );
}

interface VisitorChoiceProps {
  label: string;
  evidence: PageEvidence;
  value: Visitor;
  onChange: (visitor: Visitor) => void;
}

function VisitorChoice({ label, evidence, value, onChange }: VisitorChoiceProps) {
  const words = useSiteWords();
  return (
    <SelectBox
      label={label}
      wide
      value={value}
      onChange={(next) => onChange(next as Visitor)}
      choices={evidence.views.map(({ visitor }) => ({ value: visitor, label: words.visitors[visitor] }))}
    />
  );
}

function Side({ evidence, visitor, links }: { evidence: PageEvidence; visitor: Visitor; links: BadLink[] }) {
  const words = useSiteWords();
  const view = evidence.views.find((one) => one.visitor === visitor);
  const query = usePageSource(evidence.id, visitor, view?.kept === true);
  const own = links.filter((link) => link.visitor === visitor).length;
  return (
    <section className={styles.side} aria-label={words.visitors[visitor]}>
      <div className={styles.head}>
        <h2>{words.visitors[visitor]}</h2>
        {links.length > 0 && <LinkCount count={own} />}
      </div>
      {view && leadsAway(evidence.url, view.final_url) && (
        <p className={styles.away}>
          <CornerUpRight size={16} aria-hidden />
          <OutsideText value={words.sentAway(defang(view.final_url))} />
        </p>
      )}
      {view?.kept ? (
        <AsyncView query={query}>{(source) => <PagePaper source={source} finalUrl={view.final_url} links={links} />}</AsyncView>
      ) : (
        <p className={styles.none}>{words.noBody}</p>
      )}
    </section>
  );
}

function LinkCount({ count }: { count: number }) {
  const words = useSiteWords();
  return count > 0 ? (
    <Tag tone="crit" icon={TriangleAlert} word={words.injectedCount(format.number(count))} />
  ) : (
    <Tag tone="ok" icon={Check} word={words.injectedNone} />
  );
}
