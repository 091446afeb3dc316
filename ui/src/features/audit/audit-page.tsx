import { CircleDashed, Search, ShieldCheck } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { PageHead } from "@/components/page-head";
import { SearchBox } from "@/components/search-box";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";

import styles from "./audit-page.module.css";
import { AuditTable } from "./audit-table";
import { AuditVerdict } from "./audit-verdict";
import { useAudit, useVerifyAudit } from "./use-audit";
import { useAuditWords } from "./words";

interface AuditPageProps {
  q: string;
  onSearch: (q: string) => void;
}

export function AuditPage({ q, onSearch }: AuditPageProps) {
  const words = useWords();
  const own = useAuditWords();
  const query = useAudit(q);
  const verify = useVerifyAudit();
  const first = query.data?.pages[0];
  return (
    <div className={styles.page}>
      <PageHead title={own.title} sub={own.sub}>
        <Button kind="primary" icon={ShieldCheck} busy={verify.isPending} onClick={() => verify.mutate()}>
          {own.verify}
        </Button>
      </PageHead>
      <AuditVerdict verify={verify} rootHash={first?.root_hash} />
      <div className={styles.bar}>
        <SearchBox label={own.filter} value={q} onChange={onSearch} />
        <span className={styles.count} role="status">
          {first && own.total(format.number(first.total))}
        </span>
      </div>
      <AsyncView
        query={query}
        isEmpty={(data) => data.pages[0]?.items.length === 0}
        empty={() =>
          q ? (
            <EmptyState
              icon={Search}
              title={own.filtered}
              action={<Button onClick={() => onSearch("")}>{words.app.clearFilter}</Button>}
            />
          ) : (
            <EmptyState icon={CircleDashed} title={own.none} />
          )
        }
      >
        {(data) => (
          <AuditTable
            entries={data.pages.flatMap((page) => page.items)}
            total={data.pages[0]?.total ?? 0}
            more={query.hasNextPage}
            loading={query.isFetchingNextPage}
            onMore={() => void query.fetchNextPage()}
          />
        )}
      </AsyncView>
    </div>
  );
}
