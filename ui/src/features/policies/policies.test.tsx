import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { MachinePolicy, PolicyDetail, PolicySetting, PolicyVersion, Role } from "@/lib/api-types";
import { show, stubHub } from "@/lib/test-hub";

import { MachinePolicyCard } from "./machine-policy";
import { SETTINGS } from "./policy-draft";
import { PolicyEditor } from "./policy-editor";
import { PolicyPage } from "./policy-page";

afterEach(() => vi.unstubAllGlobals());

const draft: PolicyVersion = {
  number: 2,
  state: "draft",
  in_force: false,
  policy: '{"format":1,"files_per_second":200,"exclusions":[{"path":"/data/<b>x</b>","reason":"kho","until":"2027-01-31"}],"locked":["files_per_second"]}',
  digest: "d".repeat(64),
  valid_from: "2026-12-01",
  valid_until: null,
  reason: "theo chỉ đạo",
  written_at: "2026-11-22T05:00:00.000Z",
  written_by: { id: 4, name: "Đỗ Văn Bốn" },
  decided_at: null,
  decided_by: null,
  note: "",
};
const detail: PolicyDetail = {
  policy: { id: 3, unit: { id: 2, name: "UBND xã An Lộc" }, role: "server", in_force: null, ahead: null, draft },
  versions: [draft],
  may_decide: true,
};
const preview = {
  machines: 12,
  touched: 5,
  held_by_lock: 1,
  changes: [{ setting: "files_per_second" as PolicySetting, before: "null", after: "200", machines: 5 }],
  list: [{ machine: { id: 1, name: "mx-01" }, unit: { id: 2, name: "UBND xã An Lộc" }, role: "server" as const, changes: ["files_per_second" as PolicySetting] }],
};

function showPage(change: Partial<PolicyDetail> = {}, role: Role = "soc_operator") {
  const asked = stubHub({
    "GET /policies/3": [200, { ...detail, ...change }],
    "POST /policies/preview": [200, preview],
    "POST /policies/3/decision": [200, { ...detail, may_decide: false }],
  });
  show(<PolicyPage id={3} />, role);
  return asked;
}

test("the second person sees whom a draft touches, and decides on the draft that was read", async () => {
  const asked = showPage();
  expect(await screen.findByText("5 trong 12 máy sẽ thay đổi.", undefined, { timeout: 4_000 })).toBeTruthy();
  expect(screen.getByText(/1 máy không theo được hết/)).toBeTruthy();
  expect(screen.getByText(/\/data\/<b>x<\/b>/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Công bố" }));
  fireEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Công bố" }));
  await vi.waitFor(() => expect(asked.find(({ path }) => path === "/policies/3/decision")?.body).toEqual({ publish: true, read: draft.digest }));
});

test("to decline takes a reason", async () => {
  const asked = showPage();
  fireEvent.click(await screen.findByRole("button", { name: "Không chấp nhận" }));
  const dialog = await screen.findByRole("dialog");
  fireEvent.click(within(dialog).getByRole("button", { name: "Không chấp nhận" }));
  expect(within(dialog).getByText("Cần nêu lý do.")).toBeTruthy();
  expect(asked.some(({ path }) => path.endsWith("/decision"))).toBe(false);
});

test("one's own draft waits for another, and who may only look is asked nothing", async () => {
  showPage({ may_decide: false, policy: { ...detail.policy, draft: { ...draft, written_by: { id: 1, name: "Trần Quốc Bảo" } } } });
  expect(await screen.findByText(/phải khác người soạn/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Công bố" })).toBeNull();
});

test("only what is set is sent, and a refused field is told at its setting", async () => {
  const asked = stubHub({
    "GET /units": [200, { items: [] }],
    "POST /policies": [422, { code: "invalid", message: { vi: "Chưa đúng", en: "Wrong" }, field: "cpu_percent" }],
  });
  show(<PolicyEditor unit={2} />);
  const section = screen.getByRole("region", { name: "Giới hạn CPU" });
  fireEvent.click(within(section).getByRole("checkbox", { name: "Đặt tại đây" }));
  fireEvent.change(within(section).getByRole("textbox"), { target: { value: "0" } });
  fireEvent.change(screen.getByLabelText("Lý do"), { target: { value: "thử" } });
  fireEvent.submit(section.closest("form")!);
  expect(await within(section).findByRole("alert")).toBeTruthy();
  const body = asked.find(({ method }) => method === "POST")?.body as { policy: string; unit: number };
  expect(JSON.parse(body.policy)).toEqual({ format: 1, cpu_percent: 0, locked: [] });
  expect(body.unit).toBe(2);
});

test("a machine's card says where it differs and whose word a setting is", async () => {
  const policy: MachinePolicy = {
    role: "server",
    desired: { version: 4, since: "2026-11-20T05:00:00.000Z" },
    seen: { state: "in_force", version: 4, expires_at: "2026-12-20T05:00:00.000Z", refusal: "none", received_at: "2026-11-22T05:00:00.000Z", differences: [] },
    settings: SETTINGS.map((setting) => ({
      setting,
      value: setting === "cpu_percent" ? "30" : "null",
      origin: setting === "cpu_percent" ? { policy: null, unit: null, role: "any", number: 2, locked: true } : null,
    })),
    drift: [{ vi: "Giới hạn CPU: máy này không làm được.", en: "CPU limit: is more than this machine can do." }],
  };
  stubHub({ "GET /machines/7/policy": [200, policy] });
  show(<MachinePolicyCard id={7} />);
  expect(await screen.findByText(/máy này không làm được/)).toBeTruthy();
  const row = screen.getByText("30%").closest("dd")!;
  expect(within(row).getByText("cấp trên")).toBeTruthy();
  expect(within(row).getByText("Đã khóa")).toBeTruthy();
});
