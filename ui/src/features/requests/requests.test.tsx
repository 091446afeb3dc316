import { configure, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { RequestDetail, RequestUnit, RequestUnitDetail, UnitRequest } from "@/lib/api-types";
import { show, stubHub } from "@/lib/test-hub";

import { RequestPage } from "./request-page";
import { RequestsPage } from "./requests-page";

afterEach(() => {
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

configure({ asyncUtilTimeout: 5_000 });
const AT = "2026-11-25T04:00:00.000Z";
const unit = { id: 12, name: "UBND xã An Lộc" };
const request: UnitRequest = {
  id: 3,
  unit: { id: 1, name: "Tỉnh Lam Giang" },
  title: "Rà soát tài khoản",
  basis: "",
  due_on: "2026-11-20",
  answer: "numbers",
  made_by: { id: 1, name: "Bảo" },
  made_at: AT,
  closed_at: null,
  counts: { total: 2, sent: 1, read: 0, answered: 1, returned: 0, accepted: 0, late: 1 },
  only: null,
};
const detail: RequestDetail = { request, text: "Báo cáo <b>số</b> tài khoản.", fields: ["Số máy chủ", "Số tài khoản"], attachments: [{ id: 5, file_name: "mau.docx", size: 10, sha256: "a".repeat(64) }], closed_by: null, closed_words: "" };
const line: RequestUnit = { id: 9, request: 3, unit, state: "sent", entered_at: AT, late: true, answered_late: false, read_at: null, read_by: null, answered_at: null, answered_by: null, reminders: 1, reminded_at: AT, words: "", numbers: [], files: 0 };
const lineDetail: RequestUnitDetail = { unit: line, history: [{ at: AT, who: { id: 1, name: "Bảo" }, event: "sent", words: "", numbers: [], evidence: [] }] };
const answered: RequestUnitDetail = { unit: { ...line, state: "answered" }, history: [...lineDetail.history, { at: AT, who: { id: 3, name: "Hạnh" }, event: "answered", words: "Đã rà soát.", numbers: [3, 12], evidence: [] }] };
const counts = { open: 1, waiting: 1, late: 1, to_decide: 1 };

test("the list says who is late and leads to the request", async () => {
  stubHub({ "GET /requests": [200, { items: [request], total: 1, next: null, counts }] });
  show(<RequestsPage search={{}} onSearch={() => {}} />, "province_admin");
  expect((await screen.findByRole("link", { name: "Rà soát tài khoản" })).getAttribute("href")).toContain("/yeu-cau/3");
  expect(screen.getByRole("heading", { level: 1 }).textContent).toContain("1 yêu cầu có cơ quan quá hạn");
  expect(screen.getByText("1 cơ quan quá hạn")).toBeTruthy();
  expect(screen.getByRole("link", { name: /Gửi yêu cầu/ })).toBeTruthy();
});

test("an officer sends no request and sees no request from outside", async () => {
  stubHub({ "GET /requests": [200, { items: [], total: 0, next: null, counts: { open: 0, waiting: 0, late: 0, to_decide: 0 } }] });
  show(<RequestsPage search={{}} onSearch={() => {}} />, "unit_officer");
  expect(await screen.findByText("Chưa có yêu cầu nào")).toBeTruthy();
  expect(screen.queryByRole("link", { name: /Gửi yêu cầu/ })).toBeNull();
  expect(screen.queryByRole("link", { name: "Bên ngoài yêu cầu" })).toBeNull();
});

test("the unit confirms that it has read, and answers with every number that is asked for", async () => {
  const asked = stubHub({
    "GET /requests/3": [200, { ...detail, request: { ...request, only: 9 } }],
    "GET /request-units/9": [200, lineDetail],
    "POST /request-units/9/reading": [200, lineDetail],
    "POST /request-units/9/answer": [200, answered],
  });
  show(<RequestPage id={3} search={{}} onSearch={() => {}} />, "unit_officer");
  // Text from outside is never markup.
  expect(await screen.findByText(/<b>số<\/b>/)).toBeTruthy();
  fireEvent.click(await screen.findByRole("button", { name: /Xác nhận đã đọc/ }));
  await waitFor(() => expect(asked.some(({ path }) => path.endsWith("/reading"))).toBe(true));
  fireEvent.click(screen.getByRole("button", { name: /Gửi trả lời/ }));
  expect(screen.getAllByText("Cần một số nguyên không âm.")).toHaveLength(2);
  fireEvent.change(screen.getByLabelText("Số máy chủ"), { target: { value: "3" } });
  fireEvent.change(screen.getByLabelText("Số tài khoản"), { target: { value: "1.200" } });
  fireEvent.click(screen.getByRole("button", { name: /Gửi trả lời/ }));
  await waitFor(() => expect(asked.find(({ path }) => path.endsWith("/answer"))?.body).toEqual({ words: "", numbers: [3, 1200], evidence: [] }));
});

test("who asked sends an answer back with what is missing", async () => {
  const asked = stubHub({
    "GET /requests/3": [200, detail],
    "GET /requests/3/units": [200, { items: [line], total: 1, next: null }],
    "GET /request-units/9": [200, answered],
    "POST /request-units/9/decision": [200, answered],
  });
  show(<RequestPage id={3} search={{ line: 9 }} onSearch={() => {}} />, "soc_operator");
  expect(await screen.findByText("Đã rà soát.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Yêu cầu bổ sung" }));
  fireEvent.change(await screen.findByLabelText("Còn thiếu gì"), { target: { value: "Thiếu tài khoản dịch vụ" } });
  fireEvent.click(screen.getAllByRole("button", { name: "Yêu cầu bổ sung" }).at(-1)!);
  await waitFor(() => expect(asked.find(({ path }) => path.endsWith("/decision"))?.body).toEqual({ accept: false, words: "Thiếu tài khoản dịch vụ" }));
});
