import { describe, expect, test } from "vitest";

import { roundMarks, smoothPath } from "./trend-model";

describe("the marks of a scale", () => {
  test.each([
    [4, [0, 1, 2, 3, 4]],
    [7, [0, 2, 4, 6, 8]],
    [41, [0, 10, 20, 30, 40, 50]],
    [230, [0, 50, 100, 150, 200, 250]],
    [5_284, [0, 2_000, 4_000, 6_000]],
  ])("up to %i they are round and hold it", (highest, marks) => expect(roundMarks(highest)).toEqual(marks));

  test("are few, whole and reach the highest, whatever it is", () => {
    for (let highest = 1; highest <= 20_000; ++highest) {
      const marks = roundMarks(highest);
      const step = marks[1]! - marks[0]!;
      if (marks.at(-1)! < highest || marks.length > 8 || !Number.isInteger(step)) throw new Error(`${highest}: ${marks.join(" ")}`);
    }
  });
});

describe("the curve of a trend", () => {
  const numbers = (path: string) => path.match(/-?[\d.]+/g)!.map(Number);
  const spots = (values: number[]) => values.map((y, index) => ({ x: index * 10, y }));

  test("goes through each spot", () => {
    const path = smoothPath(spots([0, 5, 3, 3, 9]));
    expect(path).toMatch(/^M0,0C/);
    for (const end of ["10,5", "20,3", "30,3", "40,9"]) expect(path).toContain(`,${end}`);
  });

  test("stays between two neighbours: no day shows what it did not have", () => {
    const values = [0, 40, 41, 0, 0, 7, 100, 99, 1, 1, 50];
    const path = smoothPath(spots(values));
    const pieces = path.split("C").slice(1).map(numbers);
    pieces.forEach(([, first, , second], index) => {
      const [low, high] = [Math.min(values[index]!, values[index + 1]!), Math.max(values[index]!, values[index + 1]!)];
      for (const y of [first!, second!]) expect(y >= low - 0.01 && y <= high + 0.01, `piece ${index}: ${y}`).toBe(true);
    });
  });

  test("of one spot or none is not a line", () => {
    expect(smoothPath([])).toBe("");
    expect(smoothPath(spots([3]))).toBe("M0,3");
  });
});
