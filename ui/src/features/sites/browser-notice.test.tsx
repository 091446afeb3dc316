import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { SiteBrowser } from "@/lib/api-types";
import { show, stubHub } from "@/lib/test-hub";

import { BrowserNotice } from "./browser-notice";

afterEach(() => {
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

const AT = "2026-11-26T04:00:00.000Z";
const well: SiteBrowser = { enabled: true, fails: false, pages_a_day: 20, opened_today: 12, sites_today: 3, sites_at_end: 1, opened_at: AT, error: "", error_at: null };
const answer = (browser: Partial<SiteBrowser>) => stubHub({ "GET /site-browser": [200, { ...well, ...browser }] });

test("how many pages a browser opened today, out of how many, and when the last", async () => {
  answer({});
  show(<BrowserNotice />, "soc_operator");
  const said = await screen.findByText(/đang bật; hôm nay đã mở 12 trang con của 3 trang web, mỗi trang web nhiều nhất 20/);
  expect(said.textContent).toMatch(/1 trang web đã hết lượt hôm nay\. Lần gần nhất: .*11:00/);
  expect(screen.queryByRole("status")).toBeNull();
});

test("a browser that cannot be had is a warning with the word of why", async () => {
  answer({ fails: true, error: "no_service", error_at: AT, opened_at: null });
  show(<BrowserNotice />, "province_admin");
  const said = await screen.findByRole("status");
  expect(said.textContent).toMatch(/Không mở được trình duyệt lúc .*11:00.*, vì no_service\. .*Chưa mở trang nào từ khi trung tâm khởi động/);
});

test("off is said, and who may not ask is told nothing", async () => {
  answer({ enabled: false });
  show(<BrowserNotice />, "soc_operator");
  await screen.findByText(/đang tắt/);
  const asked = answer({});
  show(<BrowserNotice />, "unit_officer");
  expect(asked).toEqual([]);
});
