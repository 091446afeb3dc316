import { Link } from "@tanstack/react-router";

import { LinkTabs, linkTab } from "@/components/link-tabs";
import { useMay } from "@/lib/queries";

import { useRequestWords } from "./words";

/** What others ask of us is the standing body's business alone. */
export function RequestsTabs() {
  const words = useRequestWords();
  const seesOutside = useMay("province_admin", "soc_operator", "leader", "inspector");
  if (!seesOutside) return null;
  return (
    <LinkTabs label={words.pages}>
      <Link to="/yeu-cau" {...linkTab}>
        {words.ours}
      </Link>
      <Link to="/yeu-cau/ben-ngoai" {...linkTab}>
        {words.outside}
      </Link>
    </LinkTabs>
  );
}
