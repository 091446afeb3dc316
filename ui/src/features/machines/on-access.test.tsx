import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { Medium, OnAccess } from "@/lib/api-types";
import { show } from "@/lib/test-hub";

import { MediaList } from "./media-list";
import { OnAccessLine } from "./on-access";

afterEach(() => vi.unstubAllGlobals());

function onAccess(change: Partial<OnAccess> = {}): OnAccess {
  return {
    mode: "permission",
    wanted: "permission",
    words: { vi: "Tệp được xét trước khi chạy.", en: "Files are judged before they run." },
    why: "",
    denied: 0,
    late: 0,
    ...change,
  };
}

test("the mode in force is said, and no more where it is the one that was configured", () => {
  show(<OnAccessLine onAccess={onAccess()} />);
  expect(screen.getByText("Tệp được xét trước khi chạy.")).toBeTruthy();
  expect(screen.getByText("trước khi chạy")).toBeTruthy();
  expect(screen.queryByText(/Khác cấu hình/)).toBeNull();
});

test("a mode that is not the one that was configured says which and why", () => {
  show(<OnAccessLine onAccess={onAccess({ mode: "inotify", why: "not permitted", denied: 3, late: 1204 })} />);
  expect(screen.getByText(/Khác cấu hình \(trước khi chạy\)/)).toBeTruthy();
  expect(screen.getByText("not permitted")).toBeTruthy();
  expect(screen.getByText(/3 lần chặn.*1\.204 lần cho qua/)).toBeTruthy();
});

test("what the mode in force leaves out is said", () => {
  show(<OnAccessLine onAccess={onAccess({ why: "too many files of one owner denied" })} />);
  expect(screen.getByText("too many files of one owner denied")).toBeTruthy();
  expect(screen.queryByText(/Khác cấu hình/)).toBeNull();
});

test("a medium that was looked at in part does not look as if it were clean", () => {
  const medium: Medium = {
    mount_point: "/media/an/USB",
    file_system: "vfat",
    source: "/dev/sdb1",
    state: "complete",
    cut_short: true,
    started_at: "2026-11-22T05:00:00.000Z",
    finished_at: "2026-11-22T06:00:00.000Z",
    files_seen: 200_000,
    files_scanned: 200_000,
  };
  show(<MediaList media={[medium]} />);
  expect(screen.getByText("mới quét một phần")).toBeTruthy();
  expect(screen.queryByText("đã quét")).toBeNull();
  expect(screen.getByText(/200\.000 tệp/)).toBeTruthy();
});

test("no medium is said to be none", () => {
  show(<MediaList media={[]} />);
  expect(screen.getByText(/Chưa có thiết bị lưu trữ di động/)).toBeTruthy();
});
