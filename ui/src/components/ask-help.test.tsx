import { screen } from "@testing-library/react";
import { expect, test } from "vitest";

import { show } from "@/lib/test-hub";

import { AskHelp } from "./ask-help";

test("an officer asks from where they are stuck, and what it is about goes along", () => {
  show(<AskHelp about="incident" id={7} page="/su-co/7" unit={16} />, "unit_officer");
  const address = new URL(screen.getByRole("link", { name: "Không tự làm được? Xin hỗ trợ" }).getAttribute("href")!, "https://khien.test");
  expect(address.pathname).toBe("/ho-tro/moi");
  expect(Object.fromEntries(address.searchParams)).toEqual({ about: "incident", about_id: '"7"', page: "/su-co/7", of: "16" });
});

test("whoever gives help is not told to ask for it", () => {
  show(<AskHelp about="page" page="/hom-nay" />, "soc_operator");
  expect(screen.queryByRole("link")).toBeNull();
});
