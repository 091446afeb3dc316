import { FilePlus2 } from "lucide-react";
import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import type { ReportCalendarItem } from "@/lib/api-types";
import { today } from "@/lib/days";
import * as format from "@/lib/format";
import { useMay } from "@/lib/queries";

import { NewReportDialog } from "./new-report-dialog";
import { OwedCard } from "./owed-card";
import { answerOf } from "./report-model";
import type { ChangeReportsSearch, ReportsSearch } from "./report-search";
import { ReportList } from "./report-list";
import { ReportsTabs } from "./reports-tabs";
import { useReportCalendar } from "./use-reports";
import { useReportWords } from "./words";

interface ReportsPageProps {
  search: ReportsSearch;
  unit?: number;
  onSearch: ChangeReportsSearch;
}

/** What has to be handed in and when, and every document that was made. */
export function ReportsPage({ search, unit, onSearch }: ReportsPageProps) {
  const query = useReportCalendar(unit);
  return (
    <div className={page.page}>
      <AsyncView query={query}>
        {({ items }) => (
          <>
            <Answer items={items} search={search} onSearch={onSearch} />
            <ReportsTabs />
            <OwedCard items={items} view={search.owed} onView={(owed) => onSearch({ owed })} />
            <ReportList search={search} unit={unit} onSearch={onSearch} />
          </>
        )}
      </AsyncView>
    </div>
  );
}

function Answer({ items, search, onSearch }: { items: ReportCalendarItem[] } & Pick<ReportsPageProps, "search" | "onSearch">) {
  const words = useReportWords();
  const mayMake = useMay("province_admin", "soc_operator", "unit_officer");
  const [making, setMaking] = useState(false);
  const { overdue, soon, next } = answerOf(items, today());
  const [late, near] = [format.number(overdue), format.number(soon)];
  const title = overdue > 0 ? (soon > 0 ? words.overdueAndSoon(late, near) : words.overdue(late)) : soon > 0 ? words.soon(near) : items.length === 0 ? words.owedNoDuty : words.calm;
  return (
    <PageHead title={title} sub={[next && words.next(format.date(next)), words.sub].filter(Boolean).join(" ")}>
      {mayMake && (
        <Button icon={FilePlus2} onClick={() => setMaking(true)}>
          {words.other}
        </Button>
      )}
      {mayMake && (making || search.make) && (
        <NewReportDialog
          preset={search}
          onClose={() => {
            setMaking(false);
            if (search.make) onSearch({ make: undefined, incident: undefined, of: undefined, day: undefined });
          }}
        />
      )}
    </PageHead>
  );
}
