import { screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { FindingGroup } from "@/lib/api-types";
import { show, stubHub } from "@/lib/test-hub";

import { FindingGroups } from "./finding-groups";
import { filterOf, isFiltered, readFindingSearch } from "./finding-search";

afterEach(() => vi.unstubAllGlobals());

const group: FindingGroup = {
  judge: "law",
  rule: "check:firewall-off",
  title: { vi: "Tường lửa của máy chưa bật <b>", en: "The firewall is off" },
  severity: "medium",
  findings: 10_000,
  assets: 9_998,
  units: 98,
  first_seen: "2026-11-20T05:00:00.000Z",
  last_seen: "2026-11-22T05:00:00.000Z",
};
const page = (groups: FindingGroup[]) => ({
  items: [], groups, total: groups.length, next: null, counts: { open: 0, mine: 0, all: 0 }, looked_at: { machines: 1, files_scanned: 1 },
});

test("a check that holds on ten thousand machines is one line with its machines and bodies", async () => {
  stubHub({ "GET /findings": [200, page([group])] });
  show(<FindingGroups filter={filterOf({})} />);
  const table = await screen.findByRole("table", { name: "Phát hiện gộp theo luật" });
  const rows = within(table).getAllByRole("row");
  expect(rows).toHaveLength(2);
  expect(rows[1]!.querySelector("b")).toBeNull();
  expect(within(rows[1]!).getByText("9.998")).toBeTruthy();
  expect(within(rows[1]!).getByText("98")).toBeTruthy();
  expect(within(rows[1]!).getByRole("link").getAttribute("href")).toContain("rule=check%3Afirewall-off");
});

test("nothing to group is said so", async () => {
  stubHub({ "GET /findings": [200, page([])] });
  show(<FindingGroups filter={filterOf({})} />);
  expect(await screen.findByText("Không có phát hiện nào để gộp")).toBeTruthy();
});

test("the address holds the rule and the arrangement", () => {
  expect(readFindingSearch({ rule: "check:firewall-off", group: "rule" })).toEqual({ rule: "check:firewall-off", group: "rule" });
  expect(readFindingSearch({ group: "machine" })).toEqual({});
  expect(isFiltered({ rule: "x" })).toBe(true);
  expect(filterOf({ rule: "x", group: "rule" })).toMatchObject({ rule: "x", view: "open" });
});
