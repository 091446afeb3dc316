export interface Spot {
  x: number;
  y: number;
}

const STEPS = [1, 2, 5, 10];

/** Round marks of a scale from nothing up to at least `highest`, about four of them. */
export function roundMarks(highest: number): number[] {
  const rough = Math.max(highest, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, (STEPS.find((one) => one * power >= rough * 0.8) ?? 10) * power);
  return Array.from({ length: Math.ceil(highest / step) + 1 }, (_, index) => index * step);
}

/**
 * A curve through spots that stand in order of x: between two of them it never goes above or below both, so that a line
 * over days shows no number that no day had.
 */
export function smoothPath(spots: Spot[]): string {
  const [first, ...rest] = spots;
  if (!first) return "";
  const slopes = slopesAt(spots);
  let path = `M${round(first.x)},${round(first.y)}`;
  rest.forEach((to, index) => {
    const from = spots[index]!;
    const third = (to.x - from.x) / 3;
    const leaving = `${round(from.x + third)},${round(from.y + third * slopes[index]!)}`;
    const arriving = `${round(to.x - third)},${round(to.y - third * slopes[index + 1]!)}`;
    path += `C${leaving},${arriving},${round(to.x)},${round(to.y)}`;
  });
  return path;
}

/** Steffen 1990: none steeper than twice the flatter side, level at a turn. */
function slopesAt(spots: Spot[]): number[] {
  const steep = spots.slice(1).map((to, index) => (to.y - spots[index]!.y) / (to.x - spots[index]!.x));
  return spots.map((spot, index) => {
    const before = steep[index - 1];
    const after = steep[index];
    if (before === undefined || after === undefined) return before ?? after ?? 0;
    if (before * after <= 0) return 0;
    const left = spot.x - spots[index - 1]!.x;
    const right = spots[index + 1]!.x - spot.x;
    const between = (before * right + after * left) / (left + right);
    return Math.sign(before) * Math.min(2 * Math.abs(before), 2 * Math.abs(after), Math.abs(between));
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
