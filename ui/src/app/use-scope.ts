import { useSearch } from "@tanstack/react-router";

/** The unit chosen in the top bar; undefined is the whole scope. */
export function useScope(): number | undefined {
  return useSearch({ strict: false, select: (search) => search.unit });
}
