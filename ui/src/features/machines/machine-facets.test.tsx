import { fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { MachineFacets as Facets } from "@/lib/api-types";
import { show } from "@/lib/test-hub";

import { MachineFacets } from "./machine-facets";
import { readMachineSearch, type MachineSearch } from "./machine-search";

afterEach(() => vi.unstubAllGlobals());

const facets: Facets = {
  os: [{ name: "Debian 12", machines: 1300 }, { name: "<b>x</b>", machines: 1 }, { name: "", machines: 2 }],
  kinds: { workstation: 1000, server: 40, other: 3, unlisted: 260 },
  content: { updated: 1200, not_updated: 103 },
  units: [{ unit: { id: 2, name: "Sở Y tế" }, machines: 900 }, { unit: { id: 3, name: "Xã An Lộc" }, machines: 403 }],
};

function showFacets(search: MachineSearch = {}) {
  const onSearch = vi.fn();
  show(<MachineFacets facets={facets} search={search} unit={undefined} onSearch={onSearch} />);
  return onSearch;
}

test("each choice says how many it would leave, and is chosen by its own name", () => {
  const onSearch = showFacets();
  const content = screen.getByLabelText("Lọc theo ngày cập nhật");
  expect([...content.querySelectorAll("option")].map(({ textContent }) => textContent)).toEqual([
    "Mọi ngày cập nhật",
    "Cập nhật trong 15 ngày (1.200)",
    "Quá 15 ngày chưa cập nhật (103)",
  ]);
  fireEvent.change(content, { target: { value: "not_updated" } });
  fireEvent.change(screen.getByLabelText("Lọc theo loại máy"), { target: { value: "server" } });
  fireEvent.change(screen.getByLabelText("Lọc theo hệ điều hành"), { target: { value: "Debian 12" } });
  fireEvent.change(screen.getByLabelText("Chọn cơ quan"), { target: { value: "3" } });
  expect(onSearch.mock.calls.map(([change]) => change as unknown)).toEqual([{ content: "not_updated" }, { kind: "server" }, { os: "Debian 12" }, { unit: 3 }]);
});

test("a choice that leaves nothing any more stays in sight, and is taken away again", () => {
  const onSearch = showFacets({ os: "Rocky 9", kind: "server" });
  const os = screen.getByLabelText<HTMLSelectElement>("Lọc theo hệ điều hành");
  expect(os.value).toBe("Rocky 9");
  expect(screen.getByText("Rocky 9 (0)")).toBeTruthy();
  fireEvent.change(os, { target: { value: "" } });
  expect(onSearch).toHaveBeenCalledWith({ os: undefined });
});

test("the address holds only choices that exist", () => {
  expect(readMachineSearch({ content: "not_updated", kind: "server", os: "Debian 12", health: "infected" })).toEqual({ content: "not_updated", kind: "server", os: "Debian 12", health: "infected" });
  expect(readMachineSearch({ content: "older", kind: "laptop", os: ["x"], unit: 3 })).toEqual({});
});
