import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { show, stubHub } from "@/lib/test-hub";

import { ImportsPage } from "./imports-page";

afterEach(() => vi.unstubAllGlobals());

test("a link that names the kind chooses it, and what a list of software does is said before a file is chosen", async () => {
  stubHub({});
  show(<ImportsPage unit={12} kind="appliances" />);
  expect((await screen.findByRole<HTMLInputElement>("radio", { name: "Phần mềm của thiết bị" })).checked).toBe(true);
  expect(screen.getByText(/Mọi dòng của một thiết bị là toàn bộ danh sách mới/)).toBeTruthy();
  expect(screen.getByText("Sản phẩm").closest("li")?.textContent).toBe("Sản phẩmphải có");
  expect(screen.queryByText(/Ô trống không xóa gì/)).toBeNull();
});
