import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { PageEvidence, PageSource, Visitor } from "@/lib/api-types";
import { show, stubHub } from "@/lib/test-hub";

import { ComparePage } from "./compare-page";

afterEach(() => vi.unstubAllGlobals());

const AT = "2026-11-26T04:00:00.000Z";
const URL_OF = "https://xaanloc.example/tin";
const CLEAN = "<title>Xã An Lộc</title>\n<p>Thông báo</p>\n";
const BAD = '<title>Xã An Lộc</title>\n<p>Thông báo</p>\n<div style="display:none"><a href="https://8x.example/vao">nhà cái <b onclick=alert(1)>uy tín</b></a></div><script>window.x=1</script><img src=x onerror=alert(1)>\n';

const view = (visitor: Visitor, bad: boolean, change: Partial<PageEvidence["views"][number]> = {}): PageEvidence["views"][number] => ({
  visitor,
  status: 200,
  final_url: URL_OF,
  limit: "",
  fetched_at: AT,
  size: bad ? BAD.length : CLEAN.length,
  kept: true,
  sha256: (bad ? "b" : "a").repeat(64),
  steps: [],
  headers: [{ name: "server", value: "<i>IIS</i>" }],
  ...change,
});
const evidence: PageEvidence = {
  id: 31,
  site: 3,
  url: URL_OF,
  class: "cloaked",
  taken_at: AT,
  picture: null,
  views: [view("desktop", false), view("desktop-google", false), view("googlebot", true), view("mobile-google", false, { kept: false, status: 0, sha256: null, limit: "timeout" })],
};
const links = [{ url: "https://8x.example/vao", anchor: "nhà cái uy tín", visitor: "googlebot", offset: new TextEncoder().encode(BAD.slice(0, BAD.indexOf("<a "))).length, why: "brand hidden" }];
const source = (visitor: Visitor, text: string): PageSource => ({ visitor, size: text.length, sha256: "a".repeat(64), cut: false, text });

function showCompare(search: { left?: Visitor; right?: Visitor } = {}, change: Partial<PageEvidence> = {}) {
  const pages = [{ url: URL_OF, class: "cloaked", score: 90, whole: true, seen_at: AT, evidence: 31, finding: 5 }];
  const seen = { url: URL_OF, class: "cloaked", score: 90, evidence: 31, reasons: [{ name: "context", points: -20 }, { name: "hidden_links", points: 60 }, { name: "luat_moi", points: 3 }], links, links_left_out: 0 };
  // The left side asks first.
  const sources = [source("desktop", CLEAN)];
  const asked = stubHub(({ path, method }) => {
    if (method !== "GET") return [404];
    if (path === "/page-evidence/31") return [200, { ...evidence, ...change }];
    if (path === "/sites/3") return [200, { pages, watch: { being_looked_at: false, asked_at: null, finished_at: AT } }];
    if (path === "/findings/5") return [200, { page: seen }];
    if (path.endsWith("/source")) return [200, sources.shift() ?? source("googlebot", BAD)];
    if (path.endsWith("/difference")) return [200, { gave_up: false, runs: [{ kind: "same", lines: ["<title>"] }, { kind: "added", lines: ["<a href=\"https://8x.example/vao\">"] }] }];
    return [404];
  });
  const changed: unknown[] = [];
  const drawn = show(<ComparePage site={3} evidence={31} search={search} onSearch={(change) => changed.push(change)} />);
  return { asked, changed, ...drawn };
}

test("the injected link is boxed and named, and nothing of the page becomes an element", async () => {
  const { container } = showCompare();
  const box = within(await screen.findByRole("region", { name: "Nội dung bị chèn" }, { timeout: 4_000 }));
  expect(box.getByText("Giấu khỏi mắt người xem")).toBeTruthy();
  expect(box.getByText("nhà cái uy tín")).toBeTruthy();
  expect(box.getByText("hxxps://8x.example/vao")).toBeTruthy();
  for (const forbidden of ["iframe", "img", "script", "object", '[href*="8x.example"]', "[onclick]", "b[onclick]"]) expect(container.querySelector(forbidden), forbidden).toBeNull();
  expect(container.textContent).not.toContain("window.x");
});

test("reasons stand with their weight, strongest first; what has no words yet keeps its name", async () => {
  showCompare();
  const reasons = within((await screen.findByText("Có liên kết giấu khỏi mắt người xem")).closest("ul") as HTMLElement).getAllByRole("listitem");
  expect(reasons.map((one) => one.textContent)).toEqual([
    "Có liên kết giấu khỏi mắt người xemRất mạnh+60 điểm",
    "Bài viết nói về phòng, chống, xử lýGiảm nghi ngờ−20 điểm",
    "luat_moiYếu+3 điểm",
  ]);
});

test("the link has its line and byte, the difference its signs, the package its address", async () => {
  showCompare();
  expect(await screen.findByText(`dòng 3, byte ${links[0]?.offset}`)).toBeTruthy();
  expect(screen.getByText("tên nhà cái, bị giấu")).toBeTruthy();
  expect(await screen.findByText("Chỉ bên phải")).toBeTruthy();
  const download = screen.getByRole("link", { name: "Tải gói bằng chứng" });
  expect(download.getAttribute("href")).toBe("/api/v1/page-evidence/31/package");
  expect(download.hasAttribute("download")).toBe(true);
});

test("the sides are chosen in the address, and what was not kept is said", async () => {
  const { changed, asked } = showCompare({ left: "mobile-google", right: "googlebot" });
  expect(await screen.findByText("Không giữ được nội dung của kiểu khách này.")).toBeTruthy();
  expect(screen.getByText("quá lâu")).toBeTruthy();
  expect(asked.some(({ path }) => path.endsWith("/difference"))).toBe(false);
  fireEvent.change(screen.getByLabelText("Bên trái"), { target: { value: "desktop" } });
  expect(changed).toEqual([{ left: "desktop" }]);
});

test("what a browser saw is a picture with its hour and hash, in full size if wanted", async () => {
  const picture = { taken_at: AT, width: 1280, height: 1900, size: 17_619, sha256: "c".repeat(64) };
  showCompare({}, { picture });
  const shown = await screen.findByRole("img", { name: /^Ảnh chụp phần trên của/ });
  expect(shown.getAttribute("src")).toBe("/api/v1/page-evidence/31/picture");
  expect(screen.getByTitle(`Mã băm SHA-256 của ảnh: ${picture.sha256}`)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Xem cỡ thật" }));
  expect(screen.getByRole("button", { name: "Thu vừa khung" })).toBeTruthy();
  fireEvent.error(shown);
  expect(screen.getByText(/^Không tải được ảnh chụp/)).toBeTruthy();
});

test("no picture says why", async () => {
  showCompare({}, { views: [...evidence.views, view("rendered", false, { kept: false, status: 0, sha256: null, limit: "memory" })] });
  expect(await screen.findByText("Không có ảnh chụp: dùng quá nhiều bộ nhớ, đã dừng.")).toBeTruthy();
});

test("two visitors with the same content are one side", async () => {
  showCompare({ left: "desktop", right: "desktop-google" });
  expect(await screen.findByText(/nhận cùng một nội dung/)).toBeTruthy();
  expect(screen.queryByRole("region", { name: "Máy tính, gõ địa chỉ" })).toBeNull();
});
