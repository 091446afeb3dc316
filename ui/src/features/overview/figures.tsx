import { Link } from "@tanstack/react-router";
import { Bug, CalendarX, FileSearch, Globe, Radar, ShieldCheck, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import { Meter } from "@/components/meter";
import type { Overview } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";

import styles from "./figures.module.css";

/** Five figures; each is a link to the list that makes it. */
export function Figures({ overview }: { overview: Overview }) {
  const words = useWords();
  const { devices, machines, content, findings, websites } = overview;
  const unlisted = devices.expected === 0;
  const unlooked = machines.total === 0;
  const noScan = findings.files_scanned === 0;
  return (
    <section className={styles.figures} aria-label={words.overview.figures}>
      <Link to="/do-phu" className={styles.figure}>
        <Figure
          icon={ShieldCheck}
          label={words.overview.protected}
          value={format.percent(devices.protected, devices.expected)}
          sub={
            unlisted
              ? words.overview.notLooked
              : words.overview.protectedSub(format.number(devices.protected), format.number(devices.expected))
          }
        >
          {!unlisted && <Meter value={devices.protected} max={devices.expected} />}
        </Figure>
      </Link>
      <Link to="/may-tinh" search={(old) => ({ unit: old.unit, health: "infected" as const })} className={styles.figure}>
        <Figure
          icon={Bug}
          label={words.overview.infected}
          value={unlooked ? words.app.none : format.number(machines.infected)}
          sub={unlooked ? words.overview.notLooked : words.overview.infectedSub(format.number(machines.total))}
          urgent={machines.infected > 0}
        />
      </Link>
      <Link to="/may-tinh" search={(old) => ({ unit: old.unit, content: "not_updated" as const })} className={styles.figure}>
        <Figure
          icon={CalendarX}
          label={words.overview.notUpdated}
          value={content.machines === 0 ? words.app.none : format.number(content.not_updated)}
          sub={content.machines === 0 ? words.overview.notLooked : words.overview.notUpdatedSub(format.number(content.machines))}
        />
      </Link>
      <Link to="/phat-hien" className={styles.figure}>
        <Figure
          icon={Radar}
          label={words.overview.open}
          value={unlooked ? words.app.none : format.number(findings.open)}
          sub={
            unlooked
              ? words.overview.notLooked
              : words.overview.openSub(format.number(findings.critical), format.number(findings.high))
          }
        >
          {findings.open > 0 && <SeverityMix findings={findings} />}
        </Figure>
      </Link>
      {websites.total > 0 ? (
        <Websites websites={websites} />
      ) : (
        <Link to="/may-tinh" className={styles.figure}>
          <Figure
            icon={FileSearch}
            label={words.overview.files}
            value={noScan ? words.app.none : format.number(findings.files_scanned)}
            sub={noScan ? words.overview.filesNone : words.overview.filesSub}
          />
        </Link>
      )}
    </section>
  );
}

/** Where websites are registered, how many are well counts more than how many files were read. */
function Websites({ websites }: { websites: Overview["websites"] }) {
  const words = useWords().overview;
  const { total, clean, watching, ill, silent, not_yet: unlooked } = websites;
  const parts = [
    ill > 0 && words.websitesIll(format.number(ill)),
    silent > 0 && words.websitesSilent(format.number(silent)),
    unlooked > 0 && words.websitesUnlooked(format.number(unlooked)),
  ].filter(Boolean).slice(0, 2);
  return (
    <Link to="/website" search={(old) => ({ unit: old.unit, ...(ill > 0 ? { status: "ill" as const } : {}) })} className={styles.figure}>
      <Figure
        icon={Globe}
        label={words.websites}
        value={unlooked === total ? "–" : format.number(clean + watching)}
        of={unlooked === total ? undefined : format.number(total)}
        sub={unlooked === total ? words.notLooked : parts.length > 0 ? parts.join(" · ") : words.websitesWell}
      >
        {unlooked < total && <Meter value={clean + watching} max={total} />}
      </Figure>
    </Link>
  );
}

interface FigureProps {
  icon: LucideIcon;
  label: string;
  value: string;
  /** The whole that the value is part of. */
  of?: string;
  sub: string;
  urgent?: boolean;
  children?: ReactNode;
}

function Figure({ icon: Icon, label, value, of, sub, urgent, children }: FigureProps) {
  return (
    <>
      <span className={styles.label}>
        <Icon size={16} aria-hidden />
        {label}
      </span>
      <span className={styles.line}>
        <span className={urgent ? styles.urgent : styles.value}>
          {value}
          {of && <small>/{of}</small>}
        </span>
        {children && <span className={styles.picture}>{children}</span>}
      </span>
      <span className={styles.sub}>{sub}</span>
    </>
  );
}

const MIX = ["critical", "high", "medium", "low", "info"] as const;
const MIX_WIDTH = 96;
const GAP = 1.5;

function SeverityMix({ findings }: { findings: Overview["findings"] }) {
  const total = MIX.reduce((sum, severity) => sum + findings[severity], 0) || 1;
  let start = 0;
  return (
    <svg width={MIX_WIDTH} height="10" viewBox={`0 0 ${MIX_WIDTH} 10`} aria-hidden>
      {MIX.map((severity) => {
        const share = (MIX_WIDTH * findings[severity]) / total;
        const x = start;
        start += share;
        return share > 0 ? (
          <rect key={severity} x={x} width={Math.max(GAP, share - GAP)} height="10" rx="2" className={styles[severity]} />
        ) : null;
      })}
    </svg>
  );
}
