import { screen } from "@testing-library/react";
import { expect, test } from "vitest";

import type { RosterWindow } from "@/lib/api-types";
import { show } from "@/lib/test-hub";

import { RosterLine, windowWithGaps } from "./roster-line";

const window = (id: string, units: number, minutes: number | null): RosterWindow => ({
  id,
  names: [{ vi: "Tết Dương lịch", en: "New Year" }],
  from: `${id}T09:30:00.000Z`,
  to: `${id}T20:00:00.000Z`,
  status: "enacted",
  gap_minutes: minutes,
  gaps: [],
  units_with_gaps: units,
});

test("the first holiday that lacks somebody is told of; where all are complete there is none", () => {
  expect(windowWithGaps([window("2027-02-05", 3, null), window("2027-01-01", 1, null), window("2026-12-24", 0, null)])?.id).toBe("2027-01-01");
  expect(windowWithGaps([window("2027-01-01", 0, null)])).toBeUndefined();
});

test("of a province it counts agencies, of one agency the minutes, and leads to the roster", () => {
  const { unmount } = show(<RosterLine window={window("2027-01-01", 4, null)} />);
  expect(screen.getByText("4 cơ quan chưa đủ người trực Tết Dương lịch")).toBeTruthy();
  const address = new URL(screen.getByRole("link").getAttribute("href")!, "https://khien.test");
  expect(address.pathname + address.search).toBe("/lich-truc?window=2027-01-01");
  unmount();
  show(<RosterLine window={window("2027-01-01", 1, 61)} />);
  expect(screen.getByText("Tết Dương lịch còn trống 1 giờ 1 phút")).toBeTruthy();
});
