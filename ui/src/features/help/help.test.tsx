import { configure, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { HelpRequest, HelpRequestDetail, Role } from "@/lib/api-types";
import { show, stubHub } from "@/lib/test-hub";

import { AskPage } from "./ask-page";
import { HelpPage } from "./help-page";
import { HelpRequestPage } from "./help-request-page";

afterEach(() => {
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

configure({ asyncUtilTimeout: 5_000 });
const AT = "2026-11-25T04:00:00.000Z";
const who = { id: 3, name: "Hạnh" };
const help: HelpRequest = { id: 7, unit: { id: 12, name: "UBND xã An Lộc" }, title: "Không gỡ được tệp", about: "finding", about_id: "12", page: "/phat-hien?id=12", state: "answered", asked_by: who, asked_at: AT, entered_at: AT, taken_by: null, answered_at: AT };
const detail = (change: Partial<HelpRequest>): HelpRequestDetail => ({
  help: { ...help, ...change },
  lines: [
    { at: AT, who, event: "asked", words: "Tệp tự sinh lại.", before: "", after: "", evidence: [] },
    { at: AT, who, event: "answered", words: "Tắt tác vụ.", before: "Tệp còn", after: "Tệp hết", evidence: [] },
  ],
});
function shown(change: Partial<HelpRequest>, role: Role) {
  const asked = stubHub({
    "GET /help-requests/7": [200, detail(change)],
    "POST /help-requests/7/outcome": [200, detail({ state: "solved" })],
    "POST /help-requests/7/taking": [200, detail({ state: "taken" })],
  });
  show(<HelpRequestPage id={7} />, role);
  return asked;
}

test("the unit says whether it helped; the standing body cannot", async () => {
  const asked = shown({}, "unit_officer");
  fireEvent.click(await screen.findByRole("button", { name: "Đã giải quyết" }));
  await waitFor(() => expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ solved: true }));
  expect(screen.getByText("Tệp hết")).toBeTruthy();
});

test("the standing body takes, answers, and never closes", async () => {
  const asked = shown({ state: "asked" }, "soc_operator");
  fireEvent.click(await screen.findByRole("button", { name: "Nhận xử lý" }));
  await waitFor(() => expect(asked.some(({ path }) => path.endsWith("/taking"))).toBe(true));
  expect(screen.queryByRole("button", { name: "Đã giải quyết" })).toBeNull();
});

test("a page elsewhere is no link, and what is solved takes no more lines", async () => {
  shown({ state: "solved", page: "//x.example" }, "soc_operator");
  expect(await screen.findByText("Tệp tự sinh lại.")).toBeTruthy();
  expect(screen.queryByRole("link", { name: /Mở trang/ })).toBeNull();
  expect(screen.queryByLabelText("Câu trả lời")).toBeNull();
});

test("asking carries along what it is about", async () => {
  const asked = stubHub({ "GET /units": [200, { items: [] }], "POST /help-requests": [201, detail({ state: "asked" })] });
  show(<AskPage search={{ about: "finding", about_id: "12", page: "/phat-hien?id=12", of: 12 }} />, "unit_officer");
  fireEvent.click(await screen.findByRole("button", { name: "Gửi" }));
  expect(asked.some(({ method }) => method === "POST")).toBe(false);
  fireEvent.change(screen.getByLabelText("Đang vướng gì"), { target: { value: "Không gỡ được" } });
  fireEvent.change(screen.getByLabelText("Kể thêm"), { target: { value: "Tệp tự sinh lại" } });
  fireEvent.click(screen.getByRole("button", { name: "Gửi" }));
  await waitFor(() =>
    expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ unit: 12, title: "Không gỡ được", words: "Tệp tự sinh lại", about: "finding", about_id: "12", page: "/phat-hien?id=12", evidence: [] }),
  );
});

test("the queue tells how many wait and how long an answer takes", async () => {
  const figures = { asked: 2, taken: 1, answered: 0, unsolved: 1, solved: 5, oldest_at: AT, answered_recently: 6, median_minutes: 45 };
  stubHub({ "GET /help-requests": [200, { items: [help], total: 1, next: null, figures }] });
  show(<HelpPage search={{}} onSearch={() => {}} />, "soc_operator");
  expect(await screen.findByRole("heading", { level: 1, name: /4 yêu cầu hỗ trợ chờ trả lời/ })).toBeTruthy();
  expect(screen.getByText(/Thường được trả lời sau 45 phút \(6 lần/)).toBeTruthy();
});
