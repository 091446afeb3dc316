import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { problem, show, stubHub } from "@/lib/test-hub";

import { UnitScan } from "./unit-scan";

afterEach(() => vi.unstubAllGlobals());

async function ask() {
  fireEvent.click(screen.getByRole("button", { name: "Quét mọi máy" }));
  const dialog = await screen.findByRole("dialog");
  expect(within(dialog).getByText(/500 máy mỗi phút/)).toBeTruthy();
  fireEvent.click(within(dialog).getByRole("button", { name: "Quét mọi máy" }));
  return dialog;
}

test("what will happen is said before, and how many were asked after", async () => {
  const asked = stubHub({ "POST /units/12/scan": [201, { machines: 1040, waiting: 3, last_begins_at: "2026-11-22T05:02:00.000Z" }] });
  show(<UnitScan unit={12} />, "unit_officer");
  const dialog = await ask();
  expect(await within(dialog).findByText(/1.040 máy được yêu cầu quét; máy cuối cùng bắt đầu lúc 22\/11\/2026 12:02. 3 máy đã có lệnh quét đang chờ./)).toBeTruthy();
  expect(within(dialog).queryByRole("button", { name: "Quét mọi máy" })).toBeNull();
  expect(asked.filter(({ method }) => method === "POST")).toHaveLength(1);
});

test("a second time within the hour is refused in the hub's words", async () => {
  stubHub({ "POST /units/12/scan": [409, problem("conflict", "Đã quét trong vòng một giờ")] });
  show(<UnitScan unit={12} />);
  expect(await within(await ask()).findByText("Đã quét trong vòng một giờ")).toBeTruthy();
});

test("who may only look has no button", () => {
  stubHub({});
  show(<UnitScan unit={12} />, "leader");
  expect(screen.queryByRole("button")).toBeNull();
});
