import { expect, test } from "vitest";

import { faultsOf, fieldsOf, numberFrom, readSchema, valuesOf } from "./register-schema";
import type { RegisterWords } from "./words";

const schema = {
  type: "object",
  required: ["course", "held_on"],
  properties: {
    course: { type: "string", title: { vi: "Lớp", en: "Course" }, maxLength: 200 },
    content: { type: "string", title: "Nội dung", maxLength: 2000 },
    held_on: { type: "string", format: "date", title: { vi: "Ngày" } },
    people: { type: "integer", minimum: 1, maximum: 500, title: { vi: "Số người", en: "People" } },
    cost: { type: "number", title: { vi: "Kinh phí", en: "Cost" } },
    form: { type: "string", enum: ["online", "room"], titles: { online: { vi: "Trực tuyến", en: "Online" } } },
    done: { type: "boolean", title: { vi: "Đã xong", en: "Done" } },
    host: { type: "integer", format: "unit", title: { vi: "Nơi tổ chức", en: "Host" } },
    phone: { type: "string", format: "phone", title: { vi: "Điện thoại", en: "Phone" } },
  },
};
const fields = readSchema(schema);
const words = {
  missing: "thiếu",
  notNumber: "không phải số",
  whole: "số nguyên",
  atLeast: (value: string) => `từ ${value}`,
  atMost: (value: string) => `đến ${value}`,
  phone: "điện thoại",
  email: "thư",
} as RegisterWords;

test("the form follows the schema", () => {
  expect(fields.map(({ name, kind, required }) => [name, kind, required])).toEqual([
    ["course", "text", true],
    ["content", "note", false],
    ["held_on", "date", true],
    ["people", "integer", false],
    ["cost", "number", false],
    ["form", "enum", false],
    ["done", "boolean", false],
    ["host", "unit", false],
    ["phone", "phone", false],
  ]);
  expect(fields[5]!.choices).toEqual([
    { value: "online", title: { vi: "Trực tuyến", en: "Online" } },
    { value: "room", title: { vi: "room", en: "room" } },
  ]);
});

test("a schema of another shape gives an empty form, no crash", () => {
  for (const odd of [null, 3, [], {}, { properties: { a: null } }]) expect(readSchema(odd)).toEqual([]);
});

test("what a record says comes back as it was", () => {
  const record = { course: "An toàn cơ bản", held_on: "2026-11-02", people: 24, cost: 1250000, done: true, host: 12 };
  expect(fieldsOf(fields, valuesOf(fields, record))).toEqual(record);
});

test.each([
  ["1.250.000", 1_250_000],
  ["1.250.000,5", 1_250_000.5],
  ["12,5", 12.5],
  ["12.5", 12.5],
  ["1 250", 1250],
])("the number %s", (text, value) => expect(numberFrom(text)).toBe(value));

test("each fault stands at its field", () => {
  const faults = faultsOf(fields, { people: "0", cost: "nhiều", phone: "gọi tôi", held_on: "" }, words, String);
  expect(faults).toEqual({ course: "thiếu", held_on: "thiếu", people: "từ 1", cost: "không phải số", phone: "điện thoại" });
  expect(faultsOf(fields, { course: "A", held_on: "2026-11-02", people: "2,5", phone: "0296 3 852 852" }, words, String)).toEqual({
    people: "số nguyên",
  });
});
