import { useQuery } from "@tanstack/react-query";
import { Printer } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { TrendChart, TrendLegend } from "@/components/trend-chart";
import type { IncidentPage, Overview, RosterWindow } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { incidentCountsQuery, overviewQuery, rosterWindowsQuery } from "@/lib/queries";

import { AdvisoryLine } from "./advisory-line";
import { Figures } from "./figures";
import { IncidentLine } from "./incident-line";
import { ObligationsCard } from "./obligations";
import styles from "./overview-page.module.css";
import { OverviewWaiting } from "./overview-waiting";
import { RosterLine, windowWithGaps } from "./roster-line";
import { SetupChecklist } from "./setup-checklist";
import { UnitRanking } from "./unit-ranking";
import { VerdictCard } from "./verdict-card";

interface OverviewPageProps {
  unit?: number;
  /** Who the question is about: the chosen unit or the whole scope. */
  who: string;
}

/** «How safe are we?», answered in a sentence before any figure; prints on one A4. */
export function OverviewPage({ unit, who }: OverviewPageProps) {
  const query = useQuery(overviewQuery(unit));
  const incidents = useQuery(incidentCountsQuery(unit));
  const roster = useQuery(rosterWindowsQuery(unit));
  // They come at once, so that nothing moves.
  const all = { ...query, data: incidents.isPending || roster.isPending ? undefined : query.data };
  return (
    <AsyncView query={all} waiting={<OverviewWaiting />}>
      {(overview) => <OverviewReady overview={overview} incidents={incidents.data} gaps={roster.data && windowWithGaps(roster.data.windows)} who={who} />}
    </AsyncView>
  );
}

interface ReadyProps {
  overview: Overview;
  incidents: IncidentPage["counts"] | undefined;
  /** A holiday with minutes in which nobody is on duty. */
  gaps: RosterWindow | undefined;
  who: string;
}

function OverviewReady({ overview, incidents, gaps, who }: ReadyProps) {
  const words = useWords();
  const firstRun = overview.machines.total === 0;
  const unlooked = overview.verdict.level === "unknown";
  const trendWords = { day: words.overview.day, opened: words.overview.opened, resolved: words.overview.resolved };

  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <h1>
          <span className={styles.question}>{words.overview.question(who)}</span>{" "}
          <span className={styles.answer}>{words.overview.answer[overview.verdict.level](who)}</span>
        </h1>
        <div className={styles.tools}>
          <p className={styles.date}>
            {format.longDate(overview.as_of)}, {format.time(overview.as_of)}
          </p>
          <Button icon={Printer} onClick={() => window.print()}>
            {words.overview.print}
          </Button>
        </div>
      </div>
      {firstRun && <SetupChecklist />}
      <VerdictCard overview={overview} />
      <Figures overview={overview} />
      {incidents && incidents.open + incidents.contained > 0 && <IncidentLine counts={incidents} />}
      {gaps && <RosterLine window={gaps} />}
      {overview.advisories && <AdvisoryLine figures={overview.advisories} />}
      <ObligationsCard obligations={overview.obligations} />
      <div className={styles.wide}>
        <Card
          title={words.overview.trend}
          sub={words.overview.trendSub}
          aside={!unlooked && <TrendLegend words={trendWords} />}
        >
          {unlooked ? (
            <p className={styles.none}>{words.overview.trendNone}</p>
          ) : (
            <TrendChart title={words.overview.trend} points={overview.trend} words={trendWords} />
          )}
        </Card>
      </div>
      <div className={styles.narrow}>
        <UnitRanking units={overview.units} />
      </div>
    </div>
  );
}
