import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { DutyInstance } from "@/lib/api-types";
import { problem, show, stubHub } from "@/lib/test-hub";

import { RecordForm } from "./record-form";

const text = (vietnamese: string) => ({ vi: vietnamese, en: vietnamese });
const instance: DutyInstance = {
  duty: "KG-1.1a.merge",
  title: text("Trình phương án"),
  recurrence: "once",
  period_from: "2018-09-13",
  period_to: "2018-11-30",
  due: "2018-11-30",
  due_text: text("chậm nhất ngày 30/11/2018"),
  basis: "law",
  state: "overdue",
  reason: text(""),
  needs: "record",
  register: null,
  measure: null,
  steps: [],
  minutes: null,
  proof: text(""),
  approval: "second_person",
  may_record: true,
  records: [],
};
const HASH = "a".repeat(64);
const kept = (sha256: string) => ({ id: 7, unit: { id: 16, name: "Công an tỉnh" }, file_name: "a.pdf", size: 3, sha256, looked_at: "name", effective_on: null, uploaded_by: { id: 1, name: "B" }, uploaded_at: "2026-11-22T05:00:00.000Z" });

beforeEach(() => {
  sessionStorage.clear();
  vi.spyOn(crypto.subtle, "digest").mockResolvedValue(new Uint8Array(32).fill(0xaa).buffer);
});
afterEach(() => vi.unstubAllGlobals());

function showForm(notApplicable = false) {
  const onClose = vi.fn();
  const view = show(<RecordForm draftName="1.test" instance={instance} unit={{ id: 16, name: "Công an tỉnh" }} notApplicable={notApplicable} onClose={onClose} />);
  return { onClose, view };
}
const submit = () => fireEvent.click(screen.getByRole("button", { name: "Ghi nhận" }));
// jsdom's files have no arrayBuffer.
const pdf = () => Object.assign(new File(["abc"], "a.pdf"), { arrayBuffer: () => Promise.resolve(new TextEncoder().encode("abc").buffer) });
const choose = (file: File) => fireEvent.change(screen.getByLabelText("Minh chứng"), { target: { files: [file] } });

test("a declared classification offers no file, says why, and sends nothing", () => {
  const asked = stubHub({});
  showForm();
  expect(screen.queryByRole("button", { name: "Chọn tệp" })).toBeNull();
  fireEvent.click(screen.getByLabelText("Không mật"));
  choose(pdf());
  fireEvent.click(screen.getByLabelText("Tối mật"));
  expect(screen.getByRole("alert").textContent).toContain("Không được đưa tài liệu mật");
  expect(screen.queryByRole("button", { name: "Chọn tệp" })).toBeNull();
  expect(screen.queryByText("a.pdf")).toBeNull();
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Ghi nhận" }).disabled).toBe(true);
  expect(asked).toEqual([]);
});

test("an act without words and without a file is no record", () => {
  const asked = stubHub({});
  showForm();
  submit();
  expect(screen.getByText("Hãy ghi phần trình bày hoặc đưa lên ít nhất một tệp minh chứng.")).toBeTruthy();
  expect(asked).toEqual([]);
});

test("«not applicable» wants its reason", () => {
  const asked = stubHub({});
  showForm(true);
  submit();
  expect(screen.getByText(/Hãy nêu lý do/)).toBeTruthy();
  expect(asked).toEqual([]);
});

test("files go first, the record names them, and the draft is forgotten", async () => {
  const asked = stubHub({ "POST /evidence": [201, kept(HASH)], "POST /duty-records": [201, {}] });
  const { onClose } = showForm();
  fireEvent.change(screen.getByLabelText(/^Trình bày/), { target: { value: " Đã trình Ủy ban. " } });
  fireEvent.click(screen.getByLabelText("Không mật"));
  choose(pdf());
  await screen.findByText(/SHA-256 aaaaaaaa/);
  submit();
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /evidence", "POST /duty-records"]);
  expect(asked[0]!.body).toMatchObject({ classification: "none", content: "YWJj", unit: 16 });
  expect(asked[1]!.body).toMatchObject({ duty: "KG-1.1a.merge", period_from: "2018-09-13", statement: "Đã trình Ủy ban.", evidence: [7], not_applicable: false });
  expect(Object.keys(sessionStorage)).toEqual([]);
});

test("other bytes at the hub than in the hand: no record", async () => {
  const asked = stubHub({ "POST /evidence": [201, kept("b".repeat(64))] });
  showForm();
  fireEvent.click(screen.getByLabelText("Không mật"));
  choose(pdf());
  await screen.findByText(/SHA-256 aaaaaaaa/);
  submit();
  await screen.findByText(/nội dung khác với tệp/);
  expect(asked).toHaveLength(1);
});

test("after a refused record the file is not uploaded twice, and the words are still there", async () => {
  const asked = stubHub({ "POST /evidence": [201, kept(HASH)], "POST /duty-records": [422, problem("invalid", "Ngày không hợp lệ")] });
  const { view } = showForm();
  fireEvent.change(screen.getByLabelText(/^Trình bày/), { target: { value: "Đã làm" } });
  fireEvent.click(screen.getByLabelText("Không mật"));
  choose(pdf());
  await screen.findByText(/SHA-256 aaaaaaaa/);
  submit();
  await screen.findByText("Ngày không hợp lệ");
  submit();
  await waitFor(() => expect(asked).toHaveLength(3));
  expect(asked.filter(({ path }) => path === "/evidence")).toHaveLength(1);
  view.unmount();
  showForm();
  expect(screen.getByLabelText<HTMLTextAreaElement>(/^Trình bày/).value).toBe("Đã làm");
});
