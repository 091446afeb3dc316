import { expect, test } from "vitest";

import type { Finding } from "@/lib/api-types";

import { readFindingSearch } from "./finding-search";
import { countFresh } from "./use-finding-list";

const findings = (...ids: number[]) => ids.map((id) => ({ id }) as Finding);

test("what is not on the screen is counted as new", () => {
  expect(countFresh(findings(9, 8, 1, 2), 4, findings(1, 2), 2)).toBe(2);
});

test("resolving one while another arrives is still one new", () => {
  expect(countFresh(findings(9, 1), 2, findings(1, 2), 2)).toBe(1);
});

test("rows of later pages are not taken for new ones", () => {
  expect(countFresh(findings(1, 2, 3), 400, findings(1, 2), 400)).toBe(0);
  expect(countFresh(findings(1, 2, 3), 402, findings(1, 2), 400)).toBe(2);
});

test("an address with nonsense in it shows the plain list", () => {
  expect(readFindingSearch({ view: "evil", severity: ["critical", "x"], id: "1; drop", machine: -3, q: 123 })).toEqual({
    severity: ["critical"],
    q: "123",
  });
});
