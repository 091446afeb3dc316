import { Link } from "@tanstack/react-router";

import { LinkTabs, linkTab } from "@/components/link-tabs";
import { useMay } from "@/lib/queries";

import { useRecords } from "./use-duties";
import { useDutyWords } from "./words";

/** The pages of the obligations; who may approve sees how much waits. */
export function DutyTabs() {
  const words = useDutyWords();
  const approves = useMay("province_admin", "soc_operator", "leader");
  return (
    <LinkTabs label={words.tabs}>
      <Link to="/nghia-vu" {...linkTab}>
        {words.matrix}
      </Link>
      <Link to="/nghia-vu/cho-duyet" {...linkTab}>
        {words.inbox} {approves && <WaitingCount />}
      </Link>
      <Link to="/nghia-vu/kha-nang" {...linkTab}>
        {words.shares}
      </Link>
    </LinkTabs>
  );
}

function WaitingCount() {
  const total = useRecords(undefined, "waiting").data?.pages[0]?.total;
  return total ? <b className="num">{total}</b> : null;
}
