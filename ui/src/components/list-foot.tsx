import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";

import { Button } from "./button";
import table from "./data-table.module.css";

interface ListFootProps {
  shown: number;
  total: number;
  more: boolean;
  loading: boolean;
  onMore: () => void;
}

/** The end of a list that came in pages. */
export function ListFoot({ shown, total, more, loading, onMore }: ListFootProps) {
  const words = useWords().app;
  if (!more) return null;
  return (
    <div className={table.foot}>
      <span className="num">{words.shownOf(format.number(shown), format.number(total))}</span>
      <Button size="small" busy={loading} onClick={onMore}>
        {words.more}
      </Button>
    </div>
  );
}
