import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { HubProblem } from "@/lib/problem";
import { show } from "@/lib/test-hub";

import { AsyncView } from "./async-view";

afterEach(() => vi.unstubAllGlobals());

const query = { data: undefined as string[] | undefined, error: null as unknown, isPending: true, refetch: () => undefined };

function showView(change: Partial<typeof query>) {
  show(
    <AsyncView query={{ ...query, ...change }} isEmpty={(items) => items.length === 0} empty={() => <p>chưa xem xét</p>}>
      {(items) => <p>{items.join()}</p>}
    </AsyncView>,
  );
}

test("waiting is announced", () => {
  showView({});
  expect(screen.getByRole("status").textContent).toContain("Đang tải");
});

test("a refusal is shown in the hub's own words", () => {
  const refusal = new HubProblem(403, { code: "denied", message: { vi: "Không thuộc quyền", en: "Denied" } });
  showView({ error: refusal });
  expect(screen.getByRole("alert").textContent).toContain("Không thuộc quyền");
});

test("a lost connection is told apart from a refusal", () => {
  showView({ error: new TypeError("fetch") });
  expect(screen.getByRole("alert").textContent).toContain("Không liên lạc được");
});

test("empty and ready are two faces", () => {
  showView({ data: [] });
  expect(screen.getByText("chưa xem xét")).toBeTruthy();
  showView({ data: ["một"] });
  expect(screen.getByText("một")).toBeTruthy();
});

test("old data stay while a refresh fails", () => {
  showView({ data: ["cũ"], error: new TypeError("fetch") });
  expect(screen.getByText("cũ")).toBeTruthy();
});
