import { readText } from "@/lib/search-params";

export interface SystemSearch {
  q?: string;
  /** 1 to 5, or 0 for systems whose level was never set. */
  level?: number;
  add?: true;
}

export function readSystemSearch(search: Record<string, unknown>): SystemSearch {
  const q = readText(search.q);
  const { level } = search;
  return {
    ...(q ? { q } : {}),
    ...(typeof level === "number" && Number.isInteger(level) && level >= 0 && level <= 5 ? { level } : {}),
    ...(search.add === true ? { add: true as const } : {}),
  };
}
