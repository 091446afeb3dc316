import * as format from "@/lib/format";

import { useReportWords } from "./words";

/** «Quý IV năm 2026» from 2026-Q4, for periods the hub has sent no name of; what is no such id stays as it is. */
export function usePeriodName(): (period: string) => string {
  const words = useReportWords();
  return (period) => {
    const found = /^(\d{4})(?:-([QH])(\d)|-\d\d-\d\d)?$/.exec(period);
    if (!found) return period;
    const [, year, letter, part] = found as unknown as [string, string, string | undefined, string | undefined];
    if (letter && part) return letter === "Q" ? words.quarter(part, year) : words.half(part, year);
    return period.length > 4 ? format.date(period) : words.year(year);
  };
}
