import { ShieldCheck } from "lucide-react";
import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { EmptyState } from "@/components/empty-state";
import { ListFoot } from "@/components/list-foot";
import { PageHead } from "@/components/page-head";
import page from "@/components/page.module.css";
import { SearchBox } from "@/components/search-box";
import type { QuarantineItem } from "@/lib/api-types";
import { useMay } from "@/lib/queries";

import { HeldTable } from "./held-table";
import { RestoreDialog } from "./restore-dialog";
import { useQuarantine } from "./use-quarantine";
import { WaitingOrders } from "./waiting-orders";
import { useQuarantineWords } from "./words";

interface QuarantinePageProps {
  unit: number | undefined;
  q: string;
  onSearch: (q: string) => void;
}

/** What machines hold in quarantine, and the way back for what was taken wrongly. */
export function QuarantinePage({ unit, q, onSearch }: QuarantinePageProps) {
  const words = useQuarantineWords();
  const mayOrder = useMay("province_admin", "soc_operator");
  const query = useQuarantine(q, unit);
  const [restoring, setRestoring] = useState<QuarantineItem | null>(null);
  return (
    <div className={page.page}>
      <PageHead title={words.title} sub={words.sub} />
      {mayOrder && <WaitingOrders unit={unit} />}
      <SearchBox label={words.filter} value={q} onChange={onSearch} />
      <AsyncView query={query}>
        {({ pages }) => {
          const items = pages.flatMap((one) => one.items);
          if (items.length === 0) return <EmptyState icon={ShieldCheck} title={q ? words.noneFound : words.none} />;
          return (
            <>
              <HeldTable items={items} onRestore={mayOrder ? setRestoring : undefined} />
              <ListFoot
                shown={items.length}
                total={pages[0]?.total ?? items.length}
                more={query.hasNextPage}
                loading={query.isFetchingNextPage}
                onMore={() => void query.fetchNextPage()}
              />
            </>
          );
        }}
      </AsyncView>
      {restoring && <RestoreDialog item={restoring} onClose={() => setRestoring(null)} />}
    </div>
  );
}
