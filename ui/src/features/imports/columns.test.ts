import { describe, expect, test } from "vitest";

import { fold } from "@/lib/fold";

import hubColumns from "../../../../src/estate/import_columns.cpp?raw";
import { LIST_COLUMNS, sampleText } from "./columns";

// The hub's own list of headings, without marks and with signs as blanks.
const known = new Set([...hubColumns.matchAll(/"([^"\n]+)"/g)].map(([, word]) => word));
const plain = (heading: string) => fold(heading).replace(/[^a-z0-9]+/g, " ").trim();

describe("the columns of a list", () => {
  test.each(Object.entries(LIST_COLUMNS))("%s: the hub knows every heading that is offered, and which are needed", (kind, columns) => {
    expect(columns.map(({ heading }) => plain(heading)).filter((heading) => !known.has(heading))).toEqual([]);
    expect(columns.filter(({ required }) => required)).toHaveLength(kind === "appliances" ? 3 : 1);
  });

  test("the sample file opens in Excel with its marks whole", () => {
    const [head, row] = sampleText("devices").split("\r\n");
    expect(head).toBe("\uFEFFTên máy,Đơn vị,Loại,Số sê-ri,Địa chỉ MAC,Địa chỉ IP,Ghi chú");
    expect(row?.split(",")).toHaveLength(7);
  });
});
