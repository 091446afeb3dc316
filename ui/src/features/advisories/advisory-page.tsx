import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { SeverityTag } from "@/components/tag";
import type { AdvisoryDetail } from "@/lib/api-types";

import { AboutCard } from "./about-card";
import { AdvisoryActs } from "./advisory-acts";
import { AdvisoryHistory } from "./advisory-history";
import type { MachineStateSearch } from "./advisory-search";
import { AdvisorySummary } from "./advisory-summary";
import { AttackTags } from "./advisory-tags";
import { DecisionList } from "./decision-list";
import { HowToPatch } from "./how-to-patch";
import { MachineProofs } from "./machine-proofs";
import { UnitProgress } from "./unit-progress";
import { useAdvisory } from "./use-advisories";
import { useAdvisoryWords } from "./words";

interface AdvisoryPageProps {
  id: number;
  unit?: number;
  search: MachineStateSearch;
  onSearch: (change: MachineStateSearch) => void;
}

/** Whom it concerns, what it is, by when, how to patch, and what proves that it was done. */
export function AdvisoryPage({ id, unit, search, onSearch }: AdvisoryPageProps) {
  const words = useAdvisoryWords();
  const query = useAdvisory(id, unit);
  return (
    <div className={page.page}>
      <Link to="/canh-bao" search={(old) => ({ unit: old.unit })} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.title}
      </Link>
      <AsyncView query={query}>
        {(detail) => (
          <>
            <AdvisoryHead detail={detail} />
            <AdvisorySummary detail={detail} />
            <div className={page.columns}>
              <div className={page.column}>
                <HowToPatch detail={detail} />
                <DecisionList detail={detail} />
              </div>
              <div className={page.column}>
                <AboutCard detail={detail} />
              </div>
            </div>
            <UnitProgress detail={detail} />
            <MachineProofs detail={detail} unit={unit} state={search.state} onState={(state) => onSearch({ state })} />
            <Card title={words.history}>
              <AdvisoryHistory history={detail.history} />
            </Card>
          </>
        )}
      </AsyncView>
    </div>
  );
}

function AdvisoryHead({ detail }: { detail: AdvisoryDetail }) {
  const words = useAdvisoryWords();
  const { advisory } = detail;
  return (
    <PageHead
      title={<OutsideText value={advisory.kind === "letter" ? words.letterOf(advisory.name) : advisory.name} />}
      sub={
        <span className={page.under}>
          <SeverityTag severity={advisory.severity} />
          <AttackTags advisory={advisory} />
          {advisory.title !== "" && <OutsideText value={advisory.title} />}
        </span>
      }
    >
      <AdvisoryActs detail={detail} />
    </PageHead>
  );
}
