import { Link } from "@tanstack/react-router";

import { LinkTabs, linkTab } from "@/components/link-tabs";
import { useMay } from "@/lib/queries";

import { useLetters } from "./use-advisories";
import { useAdvisoryWords } from "./words";

/** The pages of the advisories; who may read letters sees how many wait for a person. */
export function AdvisoryTabs() {
  const words = useAdvisoryWords();
  const reads = useMay("province_admin", "soc_operator", "leader", "inspector");
  return (
    <LinkTabs label={words.pages}>
      <Link to="/canh-bao" {...linkTab}>
        {words.followed}
      </Link>
      {reads && (
        <Link to="/canh-bao/cong-van" {...linkTab}>
          {words.letters} <WaitingCount />
        </Link>
      )}
      <Link to="/canh-bao/nguon" {...linkTab}>
        {words.sources}
      </Link>
    </LinkTabs>
  );
}

function WaitingCount() {
  const waiting = useLetters().data?.items.filter(({ state }) => state === "read").length;
  return waiting ? <b className="num">{waiting}</b> : null;
}
