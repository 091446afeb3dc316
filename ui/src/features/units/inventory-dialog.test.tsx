import { configure, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { Device } from "@/lib/api-types";
import { show, stubHub } from "@/lib/test-hub";

import { InventoryDialog } from "./inventory-dialog";

afterEach(() => vi.unstubAllGlobals());
configure({ asyncUtilTimeout: 5_000 });

const device: Device = { id: 4, unit: { id: 12, name: "UBND xã An Lộc" }, name: "fw-<b>anloc</b>", kind: "network", serial: "", mac: "", address: "", source: "hand", machine: null, state: "unknown", gap: "no_agent", last_seen: null, note: "", retired_on: null };
const read = { format: "hand", packages: 1, without_version: 1, rows: 2, passed_over: 1, named: [{ where: "row 2", why: "a product that is not known" }], first: [{ name: "fortios", version: "" }], changed: true, taken: false };

test("a product is shown before it is taken, and a version that is not known is said", async () => {
  stubHub({ "GET /devices/4/inventory": [200, { handed: null }], "POST /devices/4/inventory": [200, read] });
  show(<InventoryDialog device={device} onClose={() => undefined} />);
  expect(await screen.findByText(/Chưa có danh sách nào/)).toBeTruthy();
  fireEvent.click(screen.getByText("Nhập tay"));
  fireEvent.change(screen.getByLabelText(/Sản phẩm/), { target: { value: "FortiOS" } });
  fireEvent.click(screen.getByRole("button", { name: "Xem trước" }));
  expect(await screen.findByText("Sẽ nhận 1 phần mềm")).toBeTruthy();
  expect(screen.getByText("chưa rõ phiên bản")).toBeTruthy();
  expect(screen.getByText(/row 2/)).toBeTruthy();
  expect(screen.getByRole("button", { name: "Nhận danh sách" })).toBeTruthy();
});

test("the same list again cannot be taken, and a change of what is typed asks for a new preview", async () => {
  stubHub({ "GET /devices/4/inventory": [200, { handed: null }], "POST /devices/4/inventory": [200, { ...read, changed: false }] });
  show(<InventoryDialog device={device} onClose={() => undefined} />);
  fireEvent.click(await screen.findByText("Nhập tay"));
  fireEvent.change(screen.getByLabelText(/Sản phẩm/), { target: { value: "FortiOS" } });
  fireEvent.click(screen.getByRole("button", { name: "Xem trước" }));
  expect(await screen.findByText(/Giống hệt danh sách đã nhận/)).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Nhận danh sách" }).disabled).toBe(true);
  fireEvent.change(screen.getByLabelText(/Phiên bản/), { target: { value: "7.4.1" } });
  expect(screen.getByRole("button", { name: "Xem trước" })).toBeTruthy();
});

test("many devices at once are one file away", async () => {
  stubHub({ "GET /devices/4/inventory": [200, { handed: null }] });
  show(<InventoryDialog device={device} onClose={() => undefined} />);
  const link = await screen.findByRole("link", { name: "Nhập một tệp cho nhiều thiết bị" });
  expect(link.getAttribute("href")).toBe("/nhap-du-lieu?unit=12&kind=appliances");
});
