import { useId, useState, type KeyboardEvent, type PointerEvent } from "react";

import * as format from "@/lib/format";

import styles from "./trend-chart.module.css";
import { roundMarks, smoothPath } from "./trend-model";
import { useSize } from "./use-size";

export interface TrendPoint {
  date: string;
  opened: number;
  resolved: number;
}

interface TrendChartProps {
  title: string;
  points: TrendPoint[];
  words: { day: string; opened: string; resolved: string };
}

const MARGIN = { top: 14, right: 40, bottom: 28, left: 36 };
const MIN_HEIGHT = 220;

/** Two series over days: a line over an area, with a table twin for those who do not see it. */
export function TrendChart({ title, points, words }: TrendChartProps) {
  const [box, size] = useSize<HTMLDivElement>();
  const [chosen, setChosen] = useState<number | null>(null);
  const titleId = useId();

  const width = Math.max(size.width, 240);
  const height = Math.max(size.height, MIN_HEIGHT);
  const last = points.length - 1;
  const step = (width - MARGIN.left - MARGIN.right) / Math.max(1, last);
  const ground = height - MARGIN.bottom;
  const marks = roundMarks(Math.max(4, ...points.flatMap((point) => [point.opened, point.resolved])));
  const at = (index: number) => MARGIN.left + index * step;
  const y = (count: number) => ground - (count / (marks.at(-1) ?? 1)) * (ground - MARGIN.top);
  const curve = (of: "opened" | "resolved") => smoothPath(points.map((point, index) => ({ x: at(index), y: y(point[of]) })));

  const shown = chosen ?? last;
  const point = points[shown];
  if (!point) return null;

  function onKeyDown(event: KeyboardEvent) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setChosen(Math.max(0, Math.min(last, shown + step)));
  }

  function onPointerMove(event: PointerEvent<SVGSVGElement>) {
    const offset = event.clientX - event.currentTarget.getBoundingClientRect().left - MARGIN.left;
    setChosen(Math.max(0, Math.min(last, Math.round(offset / step))));
  }

  const labelEvery = width < 420 ? 4 : width < 640 ? 3 : 2;
  return (
    <div ref={box} className={styles.box}>
      <svg
        role="img"
        aria-labelledby={titleId}
        tabIndex={0}
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        onKeyDown={onKeyDown}
        onBlur={() => setChosen(null)}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setChosen(null)}
      >
        <title id={titleId}>
          {`${title}. ${format.date(point.date)}: ${words.opened} ${point.opened}, ${words.resolved} ${point.resolved}`}
        </title>
        {marks.map((tick) => (
          <g key={tick}>
            <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} className={styles.grid} />
            <text x={MARGIN.left - 10} y={y(tick) + 4} textAnchor="end" className={styles.axis}>
              {format.number(tick)}
            </text>
          </g>
        ))}
        {points.map(
          ({ date }, index) =>
            (last - index) % labelEvery === 0 && (
              <text key={date} x={at(index)} y={height - 8} textAnchor="middle" className={styles.axis}>
                {format.dayMonth(date)}
              </text>
            ),
        )}
        <path d={`${curve("resolved")}L${at(last)},${ground}L${at(0)},${ground}Z`} className={styles.area} />
        <path d={curve("opened")} className={styles.line} />
        {chosen !== null && (
          <line x1={at(shown)} x2={at(shown)} y1={MARGIN.top} y2={ground} className={styles.cross} />
        )}
        <circle cx={at(shown)} cy={y(point.opened)} r="4.5" className={styles.dot} />
        {chosen === null && (
          <text x={at(last) + 10} y={y(point.opened) + 5} className={styles.value}>
            {format.number(point.opened)}
          </text>
        )}
      </svg>
      {chosen !== null && (
        <div
          className={styles.tip}
          style={{
            left: Math.min(Math.max(at(shown), 90), width - 90),
            top: Math.max(0, y(Math.max(point.opened, point.resolved)) - 92),
          }}
          aria-hidden
        >
          <b>{format.date(point.date)}</b>
          <span>
            <i className={styles.lineKey} />
            {words.opened}
            <em className="num">{format.number(point.opened)}</em>
          </span>
          <span>
            <i className={styles.areaKey} />
            {words.resolved}
            <em className="num">{format.number(point.resolved)}</em>
          </span>
        </div>
      )}
      <TrendTable title={title} points={points} words={words} />
    </div>
  );
}

function TrendTable({ title, points, words }: TrendChartProps) {
  return (
    <div className="visually-hidden">
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{words.day}</th>
            <th scope="col">{words.opened}</th>
            <th scope="col">{words.resolved}</th>
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.date}>
              <th scope="row">{format.date(point.date)}</th>
              <td>{format.number(point.opened)}</td>
              <td>{format.number(point.resolved)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function TrendLegend({ words }: Pick<TrendChartProps, "words">) {
  return (
    <p className={styles.legend}>
      <span>
        <i className={styles.lineKey} />
        {words.opened}
      </span>
      <span>
        <i className={styles.areaKey} />
        {words.resolved}
      </span>
    </p>
  );
}
