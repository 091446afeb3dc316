import { expect, test } from "vitest";

import { askedUnits, kindsOf, linesOf } from "./audience";

const units = [
  { id: 1, kind: "province" as const, parent: null },
  { id: 2, kind: "commune" as const, parent: 1 },
  { id: 3, kind: "school" as const, parent: 2 },
  { id: 4, kind: "commune" as const, parent: 1 },
];
const blank = { by: "kind" as const, kinds: [], below: 0, units: [] };

test("an audience is picked as the hub picks it", () => {
  expect(askedUnits({ ...blank, kinds: ["commune"] }, units, 1)).toEqual([2, 4]);
  expect(askedUnits({ ...blank, by: "below", below: 1 }, units, 1)).toEqual([2, 3, 4]);
  expect(askedUnits({ ...blank, by: "below", below: 2 }, units, 1)).toEqual([3]);
  expect(askedUnits({ ...blank, by: "list", units: [4, 99] }, units, 1)).toEqual([4]);
  expect(askedUnits({ ...blank, kinds: ["province"] }, units, 1)).toEqual([]);
});

test("kinds that are there, and names a line each", () => {
  expect(kindsOf(units, 1)).toEqual(["commune", "school"]);
  expect(linesOf(" Số máy \n\n Số tài khoản")).toEqual(["Số máy", "Số tài khoản"]);
});
