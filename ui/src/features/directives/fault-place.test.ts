import { renderHook } from "@testing-library/react";
import { expect, test } from "vitest";

import { faultPlace } from "./fault-place";
import { useDirectiveWords } from "./words";

test.each([
  ["", ""],
  ["valid_from", "Có hiệu lực từ"],
  ["clauses[0].quote", "Khoản 1 › Nguyên văn"],
  ["clauses[2].duties[1].title", "Khoản 3 › Việc 2 › Việc phải làm"],
  ["clauses[2].duties[0].due.day", "Khoản 3 › Việc 1 › Cách tính hạn › Ngày trong tháng"],
  ["clauses[2].duties[0].due.rule", "Khoản 3 › Việc 1 › Cách tính hạn"],
  ["retargets", "retargets"],
])("the fault at «%s» stands at «%s»", (field, place) => {
  const words = renderHook(() => useDirectiveWords()).result.current;
  expect(faultPlace(field, words)).toBe(place);
});
