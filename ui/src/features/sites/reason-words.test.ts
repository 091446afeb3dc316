import { renderHook } from "@testing-library/react";
import { expect, test } from "vitest";

import { setLanguage } from "../../lib/i18n";
import weights from "../../../../content/web/weights.yaml?raw";
import { useSiteWords } from "./words";

// Numbers that are no reason by themselves.
const LIMITS = ["page_threshold", "page_suspicion", "promotion_most"];

test.each(["vi", "en"] as const)("each reason of the judge has words (%s)", async (language) => {
  await setLanguage(language);
  const { result } = renderHook(() => useSiteWords());
  const ofThePage = weights.slice(weights.indexOf("# Of a page"));
  const names = [...ofThePage.matchAll(/^([a-z_]+):/gm)].map((match) => match[1] ?? "");
  expect(names.length).toBeGreaterThan(30);
  const told = Object.keys(result.current.reasons);
  expect(names.filter((name) => !LIMITS.includes(name) && !told.includes(name))).toEqual([]);
});
