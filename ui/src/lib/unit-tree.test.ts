import { expect, test } from "vitest";

import type { Unit } from "./api-types";
import { unitRows, withAncestors, withDescendants } from "./unit-tree";

const unit = (id: number, name: string, parent: number | null): Unit => ({
  id,
  name,
  parent,
  kind: "department",
  code: null,
  valid_from: null,
  valid_to: null,
  machines: 0,
  open_findings: 0,
});
const province = [unit(1, "Tỉnh", null), unit(2, "Sở Y tế", 1), unit(3, "Sở Đất đai", 1), unit(4, "Bệnh viện", 2)];

test("children stand right below their parent, in Vietnamese order", () => {
  expect(unitRows(province).map(({ unit, depth }) => [unit.name, depth])).toEqual([
    ["Tỉnh", 0],
    ["Sở Đất đai", 1],
    ["Sở Y tế", 1],
    ["Bệnh viện", 2],
  ]);
});

test("a unit whose parent is out of scope is a root", () => {
  expect(unitRows(province.slice(1)).filter(({ depth }) => depth === 0)).toHaveLength(2);
});

test("a unit cannot be moved below itself", () => {
  expect(withDescendants(province, 2)).toEqual(new Set([2, 4]));
});

test("what is found keeps its place in the tree", () => {
  expect(withAncestors(province, [4])).toEqual(new Set([4, 2, 1]));
  expect(withAncestors(province.slice(1), [4])).toEqual(new Set([4, 2]));
  expect(withAncestors(province, [])).toEqual(new Set());
});
