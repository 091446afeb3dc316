import { configure, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { EvidencePackage, OutsideRequestDetail, Role } from "@/lib/api-types";
import { show, stubHub } from "@/lib/test-hub";

import { OutsideRequestPage } from "./outside-request-page";

afterEach(() => vi.unstubAllGlobals());

configure({ asyncUtilTimeout: 5_000 });
const AT = "2026-11-25T04:00:00.000Z";
const who = { id: 2, name: "Đức" };
const waiting: EvidencePackage = { id: 4, state: "waiting", words: "Nhật ký", made_by: who, made_at: AT, decided_by: null, decided_at: null, may_decide: true, manifest_sha256: null, receipt: "", received_on: null, files: [] };
const detail = (one: Partial<EvidencePackage>, state: "open" | "closed" = "open"): OutsideRequestDetail => ({
  request: { id: 1, receiver: { id: 1, name: "Công an tỉnh" }, number: "142/CV", dated_on: "2026-11-20", what_for: "Xác minh", basis: "Điều 88", due_on: null, state, late: false, made_by: who, made_at: AT, packages: 1, received: 0 },
  packages: [{ ...waiting, ...one }],
  history: [{ at: AT, who, event: "prepared", package: 4, words: "Nhật ký" }],
});
function shown(one: Partial<EvidencePackage>, role: Role = "province_admin", state: "open" | "closed" = "open") {
  const asked = stubHub({ "GET /outside-requests/1": [200, detail(one, state)], "POST /evidence-packages/4/decision": [200, detail({ state: "approved" })] });
  show(<OutsideRequestPage id={1} />, role);
  return asked;
}

test("a second person approves, and before that nothing can be downloaded", async () => {
  const asked = shown({});
  fireEvent.click(await screen.findByRole("button", { name: "Duyệt gói" }));
  expect(screen.queryByRole("link", { name: /Tải gói/ })).toBeNull();
  await waitFor(() => expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ approve: true }));
});

test("who chose the files is told that another one approves", async () => {
  shown({ may_decide: false });
  expect(await screen.findByText(/cần người thứ hai duyệt/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Duyệt gói" })).toBeNull();
});

test("an approved package is downloaded and receipted; a leader only reads", async () => {
  shown({ state: "approved", manifest_sha256: "a".repeat(64) });
  expect((await screen.findByRole("link", { name: /Tải gói/ })).getAttribute("href")).toBe("/api/v1/evidence-packages/4/file");
  expect(screen.getByRole("button", { name: /Ghi biên nhận/ })).toBeTruthy();
});

test("what is closed takes nothing more", async () => {
  shown({ state: "approved" }, "soc_operator", "closed");
  expect(await screen.findAllByText("Nhật ký")).toHaveLength(2);
  expect(screen.queryByRole("button", { name: /Ghi thêm/ })).toBeNull();
  expect(screen.queryByRole("link", { name: /Tải gói/ })).toBeNull();
});

test("files that are there are chosen by their name; nobody types a number", async () => {
  const kept = (id: number, file_name: string) => ({ id, unit: { id: 8, name: "Bệnh viện" }, file_name, size: 900, sha256: "b".repeat(64), looked_at: "name", effective_on: null, uploaded_by: who, uploaded_at: AT });
  const asked = stubHub({
    "GET /outside-requests/1": [200, detail({ state: "refused" })],
    "GET /evidence": [200, { items: [kept(9, "Nhật ký tường lửa.csv"), kept(7, "Biên bản.pdf")], next: null }],
    "POST /outside-requests/1/packages": [200, detail({})],
  });
  show(<OutsideRequestPage id={1} />);
  fireEvent.click(await screen.findByRole("checkbox", { name: /Nhật ký tường lửa\.csv/ }));
  fireEvent.click(screen.getByRole("checkbox", { name: /Biên bản\.pdf/ }));
  fireEvent.click(screen.getByRole("button", { name: "Bỏ chọn Nhật ký tường lửa.csv" }));
  fireEvent.change(screen.getByRole("textbox", { name: /Vì sao/ }), { target: { value: "Đúng tệp được yêu cầu" } });
  fireEvent.click(screen.getByRole("button", { name: "Gửi người thứ hai duyệt" }));
  await waitFor(() => expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ evidence: [7], words: "Đúng tệp được yêu cầu" }));
});
