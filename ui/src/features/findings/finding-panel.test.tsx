import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { FindingDetail } from "@/lib/api-types";
import { show, stubHub } from "@/lib/test-hub";

import { FindingPanel } from "./finding-panel";

afterEach(() => vi.unstubAllGlobals());

const HASH = "a".repeat(64);
const detail: FindingDetail = {
  finding: {
    id: 5,
    title: { vi: "Mã độc: EICAR", en: "Malware: EICAR" },
    severity: "critical",
    state: "new",
    judge: "scan",
    rule: "eicar",
    subject: "/tmp/<b>x</b>\u202ecod.exe",
    asset: { kind: "machine", id: 1, name: "pc-01" },
    unit: { id: 2, name: "UBND xã An Lộc" },
    first_seen: "2026-11-22T05:00:00.000Z",
    last_seen: "2026-11-22T05:00:00.000Z",
    sightings: 1,
    owner: null,
  },
  what_happened: { vi: "Thấy tệp lạ.", en: "A strange file." },
  what_to_do: [{ vi: "Không mở tệp.", en: "Do not open." }],
  clause: null,
  clauses: [],
  facts: [],
  page: null,
  evidence: [
    {
      id: 50,
      kind: "file.match",
      observed_at: "2026-11-22T05:00:00.000Z",
      received_at: "2026-11-22T05:00:01.000Z",
      event_sha256: HASH,
      file_sha256: "b".repeat(64),
    },
  ],
  history: [],
};

function showPanel(hashOk = true) {
  const asked = stubHub({
    "GET /findings/5": [200, detail],
    "GET /observations/50": [
      200,
      { observation: detail.evidence[0], stream: HASH, epoch: 1, seq: 9, asset: detail.finding.asset, raw: '{"a":"<img src=x>"}', hash_ok: hashOk },
    ],
    "PATCH /findings/5": [200, { ...detail, finding: { ...detail.finding, state: "suppressed" } }],
  });
  show(<FindingPanel id={5} known={undefined} onClose={() => undefined} />);
  return asked;
}

test("the chain goes from the conclusion over the hashes to the raw bytes as text", async () => {
  showPanel();
  expect(await screen.findByText(HASH)).toBeTruthy();
  expect(screen.getByText("b".repeat(64))).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Xem sự kiện gốc" }));
  expect((await screen.findByLabelText(/đúng như đã xác nhận/)).textContent).toBe('{"a":"<img src=x>"}');
  expect(screen.getByText("Mã băm khớp, vừa được tính lại")).toBeTruthy();
});

test("a hash that does not match is said loudly", async () => {
  showPanel(false);
  fireEvent.click(await screen.findByRole("button", { name: "Xem sự kiện gốc" }));
  expect(await screen.findByText(/Mã băm không khớp/)).toBeTruthy();
});

test("markup in a path stays text and a bidi control is marked", async () => {
  showPanel();
  const path = (await screen.findByText("Đối tượng")).nextElementSibling!;
  expect(path.textContent).toBe("/tmp/<b>x</b>U+202Ecod.exe");
  expect(within(path as HTMLElement).getByText("U+202E").tagName).toBe("MARK");
});

test("a false alarm is not sent without a reason", async () => {
  const asked = showPanel();
  fireEvent.click(await screen.findByRole("button", { name: "Báo nhầm" }));
  fireEvent.click(screen.getByRole("button", { name: "Xác nhận báo nhầm" }));
  expect(screen.getByText("Hãy ghi lý do.")).toBeTruthy();
  expect(asked.some(({ method }) => method === "PATCH")).toBe(false);
  fireEvent.change(screen.getByLabelText("Vì sao đây là báo nhầm?"), { target: { value: "Tệp thử" } });
  fireEvent.click(screen.getByRole("button", { name: "Xác nhận báo nhầm" }));
  await vi.waitFor(() => expect(asked.at(-1)).toMatchObject({ method: "PATCH", body: { state: "suppressed", note: "Tệp thử" } }));
});

test("a check says why it matters and on what it stands", async () => {
  const check: FindingDetail = {
    ...detail,
    finding: { ...detail.finding, judge: "law", rule: "check:firewall-off", subject: "firewall" },
    clause: { vi: "TCVN 14423:2026, nhóm x.12", en: "TCVN 14423:2026, group x.12" },
    facts: [
      { label: { vi: "Cổng mở ra mạng", en: "Open port" }, value: "tcp/22" },
      { label: { vi: "Cổng mở ra mạng", en: "Open port" }, value: "tcp/23" },
    ],
  };
  stubHub({ "GET /findings/5": [200, check] });
  show(<FindingPanel id={5} known={undefined} onClose={() => undefined} />);
  expect((await screen.findByText("Căn cứ")).nextElementSibling?.textContent).toBe("TCVN 14423:2026, nhóm x.12");
  expect(screen.getByText("Vì sao cần chỉnh")).toBeTruthy();
  expect(screen.getAllByText("Cổng mở ra mạng")).toHaveLength(2);
  expect(screen.queryByRole("button", { name: "Cách ly tệp" })).toBeNull();
});

test("those who may only look are offered no acts", async () => {
  stubHub({ "GET /findings/5": [200, detail] });
  show(<FindingPanel id={5} known={undefined} onClose={() => undefined} />, "leader");
  await screen.findByText(HASH);
  expect(screen.queryByRole("button", { name: "Nhận xử lý" })).toBeNull();
});
