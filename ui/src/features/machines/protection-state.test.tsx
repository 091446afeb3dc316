import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { Machine } from "@/lib/api-types";
import { show, stubHub } from "@/lib/test-hub";

import { ProtectionState } from "./protection-state";

afterEach(() => vi.unstubAllGlobals());

const machine: Machine = {
  id: 1,
  name: "pc-01",
  unit: { id: 2, name: "UBND xã An Lộc" },
  health: "protected",
  os: "Debian 12",
  addresses: [],
  agent_version: "0.3.0",
  last_seen: "2026-11-22T05:00:00.000Z",
  open_findings: 0,
  last_scan_at: null,
  protection_on: true,
  firewall: "on",
  content_updated_at: "2026-11-21T05:00:00.000Z",
  not_updated: false,
};

function showState(change: Partial<Machine>, products: Parameters<typeof ProtectionState>[0]["products"] = []) {
  stubHub({});
  show(<ProtectionState machine={{ ...machine, ...change }} products={products} />);
}

test("what is well is said in words, and nothing is red", async () => {
  showState({});
  expect(await screen.findAllByText("Đang bật")).toHaveLength(2);
  expect(screen.getByText("Còn mới")).toBeTruthy();
});

test("off and old are told apart from what is not known", async () => {
  showState({ protection_on: false, firewall: "off", not_updated: true });
  expect(await screen.findAllByText("Đang tắt")).toHaveLength(2);
  expect(screen.getByText("Quá 15 ngày chưa cập nhật")).toBeTruthy();
});

test("a machine that said nothing yet is not called old", async () => {
  showState({ protection_on: null, firewall: "unknown", content_updated_at: null, not_updated: true });
  expect((await screen.findAllByText("Chưa rõ")).length).toBeGreaterThanOrEqual(2);
  expect(screen.queryByText("Quá 15 ngày chưa cập nhật")).toBeNull();
});

test("another maker's product is named, as text", async () => {
  showState({}, [
    { id: "x", name: "<b>Defender</b>", on: true, updated_at: null },
    { id: "y", name: "Falcon", on: false, updated_at: null },
  ]);
  expect(await screen.findByText("<b>Defender</b>")).toBeTruthy();
  expect(screen.getByText("Có cài, không chạy")).toBeTruthy();
});
