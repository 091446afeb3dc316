import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";

import type { Message } from "@/lib/api-types";
import { stubHub, problem, show } from "@/lib/test-hub";

import { Bell } from "./bell";
import { MessagesPage } from "./messages-page";

afterEach(() => vi.unstubAllGlobals());

const message: Message = {
  id: 7,
  kind: "malware",
  title: { vi: "Cùng một mã độc trên 12 máy của Xã Mỹ Châu", en: "The same malware on 12 machines" },
  path: "/phat-hien?unit=16",
  urgent: true,
  level: 0,
  count: 12,
  due: null,
  told_at: "2026-11-22T03:00:00.000Z",
  read_at: null,
  acknowledged_at: null,
};
const counts = { total: 1, unread: 1, waiting: 1 };
const mail = { failing_since: null, waiting: 0, given_up: 0 };
const settings = { language: "vi", mail: "", by_mail: false, quiet_from: 1320, quiet_to: 360, mail_ready: false };
const answers = {
  "GET /messages": [200, { items: [message], total: 1, next: null, counts, mail }],
  "GET /messages/settings": [200, settings],
  "POST /messages/acknowledge": [200, { ...counts, waiting: 0, unread: 0 }],
} satisfies Record<string, [number, unknown]>;
const page = <MessagesPage view="all" onView={() => undefined} />;

it("says how many want an answer, and an answer is one press", async () => {
  const asked = stubHub(answers);
  show(page);
  expect(await screen.findByRole("heading", { level: 1, name: "1 thông báo cần bạn xác nhận" })).toBeTruthy();
  expect(screen.getByRole("link", { name: message.title.vi }).getAttribute("href")).toBe(message.path);
  fireEvent.click(screen.getByRole("button", { name: /^Xác nhận đã nhận/ }));
  await waitFor(() => expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ messages: [7], as: "acknowledged" }));
});

it("asks for an address before mails, and shows what the hub refuses", async () => {
  const asked = stubHub({ ...answers, "PUT /messages/settings": [422, problem("invalid", "Địa chỉ thư không đúng dạng.", "mail")] });
  show(page);
  fireEvent.click(await screen.findByRole("checkbox", { name: /Gửi cả qua thư điện tử/ }));
  fireEvent.click(screen.getByRole("button", { name: "Lưu" }));
  expect(screen.getByText("Cần có địa chỉ thư để gửi.")).toBeTruthy();
  expect(asked.some(({ method }) => method === "PUT")).toBe(false);
  fireEvent.change(screen.getByLabelText("Địa chỉ thư"), { target: { value: "a@b" } });
  fireEvent.click(screen.getByRole("button", { name: "Lưu" }));
  expect(await screen.findByText("Địa chỉ thư không đúng dạng.")).toBeTruthy();
  expect(asked.find(({ method }) => method === "PUT")?.body).toEqual({ language: "vi", mail: "a@b", by_mail: true, quiet_from: 1320, quiet_to: 360 });
});

it("says so when nothing is new", async () => {
  stubHub({ ...answers, "GET /messages": [200, { items: [], total: 0, next: null, counts: { total: 0, unread: 0, waiting: 0 }, mail }] });
  show(page);
  expect(await screen.findByRole("heading", { level: 1, name: "Không có thông báo mới" })).toBeTruthy();
  expect(await screen.findByText("Chưa có thông báo nào")).toBeTruthy();
});

it("says since when mails do not go out", async () => {
  stubHub({ ...answers, "GET /messages": [200, { items: [message], total: 1, next: null, counts, mail: { failing_since: "2026-11-21T03:00:00.000Z", waiting: 4, given_up: 0 } }] });
  show(page);
  expect(await screen.findByText(/^Thư điện tử chưa gửi được từ .* \(4 thư đang chờ gửi lại\)/)).toBeTruthy();
});

it("rings with the number that waits, and what is opened counts as read", async () => {
  const asked = stubHub(answers);
  show(<Bell />);
  const bell = await screen.findByRole("button", { name: "Thông báo: 1 cần bạn xác nhận" });
  fireEvent.click(bell);
  fireEvent.click(await screen.findByRole("menuitem", { name: new RegExp(message.title.vi) }));
  await waitFor(() => expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ messages: [7], as: "read" }));
});
