import { Link } from "@tanstack/react-router";

import { LinkTabs, linkTab } from "@/components/link-tabs";

import { useReportWords } from "./words";

export function ReportsTabs() {
  const words = useReportWords();
  return (
    <LinkTabs label={words.pages}>
      <Link to="/bao-cao" {...linkTab}>
        {words.documents}
      </Link>
      <Link to="/bao-cao/kiem-tra-chu-ky" {...linkTab}>
        {words.verify}
      </Link>
    </LinkTabs>
  );
}
