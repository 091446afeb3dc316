import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { FindingPage } from "@/lib/api-types";
import { show } from "@/lib/test-hub";

import { FindingEmpty } from "./finding-empty";
import type { FindingSearch } from "./finding-search";

afterEach(() => vi.unstubAllGlobals());

function page(change: Partial<FindingPage> = {}): FindingPage {
  return {
    items: [],
    total: 0,
    next: null,
    counts: { open: 0, mine: 0, all: 0 },
    looked_at: { machines: 60, files_scanned: 12_909_171, last_scan_at: "2026-11-22T05:00:00.000Z" },
    ...change,
  };
}

function showEmpty(search: FindingSearch, summary: FindingPage) {
  show(<FindingEmpty search={search} summary={summary} onSearch={() => undefined} />);
}

test("nothing wrong: says what was looked at and when", () => {
  showEmpty({}, page());
  expect(screen.getByText(/12\.909\.171 tệp trên 60 máy.*22\/11\/2026 12:00/)).toBeTruthy();
});

test("nothing looked at is never told as all clear", () => {
  showEmpty({}, page({ looked_at: { machines: 0, files_scanned: 0, last_scan_at: null } }));
  expect(screen.getByText("Chưa có gì được xem xét")).toBeTruthy();
  expect(screen.queryByText("Không có phát hiện nào đang mở")).toBeNull();
});

test("a filter says how many it hides", () => {
  showEmpty({ q: "abc" }, page({ counts: { open: 12, mine: 0, all: 400 } }));
  expect(screen.getByText(/giấu 12 phát hiện khác/)).toBeTruthy();
});

test("an empty «mine» tells how many wait for somebody", () => {
  showEmpty({ view: "mine" }, page({ counts: { open: 12, mine: 0, all: 400 } }));
  expect(screen.getByText(/Còn 12 phát hiện/)).toBeTruthy();
});
