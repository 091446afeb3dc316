import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { ContentRelease, ContentReleaseDetail, ContentReleaseList, Role } from "@/lib/api-types";
import { problem, show, stubHub } from "@/lib/test-hub";

import { ContentPage } from "./content-page";
import { RINGS, ringState } from "./ring-state";

afterEach(() => vi.unstubAllGlobals());

const release: ContentRelease = {
  version: 14,
  sha256: "a".repeat(64),
  size: 2_310_000,
  standing: "rolling",
  ring: "one_percent",
  emergency: false,
  halt: null,
  why: { vi: "", en: "" },
  imported_at: "2026-11-22T05:00:00.000Z",
  changed_at: "2026-11-22T05:30:00.000Z",
  issued_at: "2026-11-21T05:00:00.000Z",
  expires_at: "2027-02-21T05:00:00.000Z",
  signers: ["b".repeat(64), "c".repeat(64)],
  carrying: 3,
};
const list: ContentReleaseList = {
  items: [release],
  last_good: 12,
  machines: { total: 412, factory: 2, probation: 3, good: 405, safe: 1, unheard: 1 },
  safe_machines: [{ machine: { id: 8, name: "pc-<b>08</b>" }, unit: { id: 2, name: "UBND xã An Lộc" }, at: "2026-11-22T05:00:00.000Z" }],
  hold: { kind: "none", version: null, delay_hours: null },
  trust: { root_version: 2, expires_at: "2027-11-22T05:00:00.000Z", threshold: 2, keys: 3 },
  trying: null,
  may_start: true,
};
const detail: ContentReleaseDetail = {
  release,
  gate: "",
  trials: [{ previous_worker: false, rules: 1204, hashes: 31_877, hits: 61, misses: 2200, loaded_ms: 412, judged_ms: 3180, before_ms: 3122 }],
  rings: RINGS.map((ring, index) => ({ ring, members: 4, carrying: index < 2 ? 2 : 0, probation: 0, given: 0, failed: index === 1 ? 1 : 0, lagging: index === 1 ? 1 : 0, silent: 0, bake_minutes: ring === "critical" ? null : 120 })),
  baked_minutes: 40,
  next_ring_at: "2099-11-22T07:00:00.000Z",
  failures: [{ machine: { id: 4, name: "pc-04" }, unit: { id: 2, name: "UBND xã An Lộc" }, failures: 1, reason: "failed", detail: "signal 11 <b>", at: "2026-11-22T05:00:00.000Z" }],
  may: ["halt", "take_back"],
};

interface Shown {
  lists?: Partial<ContentReleaseList>;
  details?: Partial<ContentReleaseDetail>;
  role?: Role;
}

function showPage({ lists = {}, details = {}, role = "province_admin" }: Shown = {}) {
  const asked = stubHub({
    "GET /content-releases": [200, { ...list, ...lists }],
    "GET /content-releases/rings": [200, { ...detail, ...details }],
    "POST /content-releases/act": [200, { ...detail, release: { ...release, standing: "paused" } }],
    "POST /content-releases": [403, problem("denied", "Tệp chưa đủ chữ ký")],
  });
  show(<ContentPage version={undefined} />, role);
  return asked;
}

test("each ring tells how many have it, failed and lag, and when the next one begins", async () => {
  showPage();
  const rings = await screen.findByRole("table", { name: "Các vòng" });
  const row = within(rings).getByText("Đang theo dõi").closest("tr")!;
  expect(within(row).getByText("2 trên 4")).toBeTruthy();
  expect(within(row).getByText("40 trên 120 phút")).toBeTruthy();
  expect([...row.querySelectorAll("td")].slice(2).map((cell) => cell.textContent)).toEqual(["0", "1", "1", "0"]);
  expect(screen.getByText(/Vòng kế tiếp mở sớm nhất lúc 22\/11\/2099/)).toBeTruthy();
  expect(screen.getByText(/2 chữ ký, cần 2/)).toBeTruthy();
  expect(screen.getByText("1.204 luật, 31.877 mã băm")).toBeTruthy();
});

test("what machines say is text, and those in safe mode are named", async () => {
  showPage();
  const safe = await screen.findByRole("table", { name: "Máy ở chế độ an toàn" });
  expect(safe.querySelector("b")).toBeNull();
  expect(within(safe).getByText(/pc-<b>08<\/b>/)).toBeTruthy();
  expect(within(await screen.findByRole("table", { name: "Máy bị lỗi" })).getByText(/signal 11 <b>/)).toBeTruthy();
});

test("to halt and to take back say what happens and take a reason", async () => {
  const asked = showPage();
  fireEvent.click(await screen.findByRole("button", { name: "Tạm dừng" }));
  const dialog = await screen.findByRole("dialog");
  expect(within(dialog).getByText(/Máy đã nhận vẫn giữ/)).toBeTruthy();
  fireEvent.click(within(dialog).getByRole("button", { name: "Tạm dừng" }));
  expect(within(dialog).getByText("Cần nêu lý do.")).toBeTruthy();
  fireEvent.change(within(dialog).getByLabelText("Lý do"), { target: { value: " nghi báo nhầm " } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Tạm dừng" }));
  await vi.waitFor(() => expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ version: 14, act: "halt", reason: "nghi báo nhầm" }));
});

test("a file is handed in as it was signed, and a refusal is told beside it", async () => {
  const asked = showPage();
  // jsdom's files have no arrayBuffer.
  const chosen = Object.assign(new File(["hello"], "15.khienpack"), { arrayBuffer: () => Promise.resolve(new TextEncoder().encode("hello").buffer) });
  fireEvent.click(await screen.findByRole("button", { name: "Đưa bản mới vào" }));
  const dialog = await screen.findByRole("dialog");
  fireEvent.click(within(dialog).getByRole("button", { name: "Đưa bản mới vào" }));
  expect(within(dialog).getByText("Cần chọn tệp.")).toBeTruthy();
  fireEvent.change(within(dialog).getByLabelText("Tệp .khienpack đã ký"), { target: { files: [chosen] } });
  fireEvent.click(within(dialog).getByLabelText("Khẩn cấp"));
  fireEvent.click(within(dialog).getByRole("button", { name: "Đưa bản mới vào" }));
  expect(await within(dialog).findByText("Tệp chưa đủ chữ ký")).toBeTruthy();
  expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ content: "aGVsbG8=", emergency: true });
});

test("who may only look sees no button", async () => {
  showPage({ lists: { may_start: false }, details: { may: [] }, role: "leader" });
  await screen.findByRole("table", { name: "Các vòng" });
  expect(screen.queryByRole("button")).toBeNull();
});

test("what halted says why, what is being tried says so, and no release is said so", async () => {
  showPage({
    lists: { trying: { version: 15, since: release.imported_at, ended_at: release.imported_at, refusal: "gate: x matches a harmless file" } },
    details: { release: { ...release, standing: "halted", halt: "failures", why: { vi: "Trình quét hỏng 2 lần vì bản này.", en: "" } }, next_ring_at: null, may: [] },
  });
  expect(await screen.findByText("Trình quét hỏng 2 lần vì bản này.")).toBeTruthy();
  expect(screen.getByText("Dừng tại đây")).toBeTruthy();
  expect(screen.getByRole("status").textContent).toContain("Phiên bản 15 không qua được chạy thử");
});

test("nothing yet is said so, and how to begin", async () => {
  showPage({ lists: { items: [], trust: null, safe_machines: [], may_start: false } });
  expect(await screen.findByText("Chưa có bản cập nhật nào")).toBeTruthy();
  expect(screen.getByText(/khien content trust/)).toBeTruthy();
});

test("a ring's place on the way", () => {
  expect(RINGS.map((ring) => ringState({ standing: "rolling", ring: "ten_percent" }, ring))).toEqual(["past", "past", "now", "ahead", "ahead"]);
  expect(ringState({ standing: "halted", ring: "lab" }, "lab")).toBe("stopped");
  expect(ringState({ standing: "done", ring: "critical" }, "critical")).toBe("past");
});
