import { expect, it } from "vitest";

import type { MessageSettings } from "@/lib/api-types";

import { clockText, draftOf, minutesToChoose, settingsOf } from "./message-model";
import { ownPath } from "./place-link";

const night: MessageSettings = { language: "vi", mail: "a@mau.gov.vn", by_mail: true, quiet_from: 1320, quiet_to: 360, mail_ready: true };

it("writes minutes of the day as a clock does", () => {
  expect([0, 390, 1439].map(clockText)).toEqual(["00:00", "06:30", "23:59"]);
});

it("offers every half hour, and the odd one that was set", () => {
  expect(minutesToChoose(1320)).toHaveLength(48);
  expect(minutesToChoose(77)).toContain(77);
  expect(minutesToChoose(77)).toHaveLength(49);
});

it("keeps what was set; no quiet hours offer the night", () => {
  expect({ ...settingsOf(draftOf(night)), mail_ready: true }).toEqual(night);
  const loud = draftOf({ ...night, quiet_from: 0, quiet_to: 0 });
  expect(loud).toMatchObject({ quiet: false, from: 1320, to: 360 });
  expect(settingsOf(loud)).toMatchObject({ quiet_from: 0, quiet_to: 0 });
});

it("goes to no page but ours", () => {
  for (const path of ["/website/vu-viec/12", "/phat-hien?unit=3", "/nghia-vu?overdue=true"]) expect(ownPath(path)).toBe(path);
  for (const path of ["//evil.vn", "/\\evil.vn", "https://evil.vn", "javascript:alert(1)", "/a\nb", ""]) expect(ownPath(path)).toBe("/thong-bao");
});
