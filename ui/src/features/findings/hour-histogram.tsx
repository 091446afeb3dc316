import { useSize } from "@/components/use-size";
import type { FindingPage } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";

import styles from "./hour-histogram.module.css";
import { useFindingWords } from "./words";

type Hour = NonNullable<FindingPage["histogram"]>[number];

// From the ground up: the worst sits on top, where the eye goes.
const STACK = ["info", "low", "medium", "high", "critical"] as const;
const HEIGHT = 56;
const LABELS = 18;
const LABEL_EVERY = 6;

const total = (hour: Hour) => STACK.reduce((sum, severity) => sum + hour[severity], 0);

export function HourHistogram({ hours }: { hours: Hour[] }) {
  const words = useWords();
  const own = useFindingWords();
  const [box, { width }] = useSize<HTMLDivElement>();
  const highest = Math.max(4, ...hours.map(total));
  const step = width / (hours.length || 1);

  return (
    <div className={styles.box} ref={box}>
      {width > 0 && (
        <svg width={width} height={HEIGHT + LABELS} role="img" aria-label={own.histogram}>
          {hours.map((hour, index) => (
            <Bar key={hour.from} hour={hour} x={index * step} width={step} highest={highest} />
          ))}
          <line x1="0" x2={width} y1={HEIGHT} y2={HEIGHT} className={styles.ground} />
          {hours.map(
            (hour, index) =>
              index % LABEL_EVERY === 0 && (
                <text key={hour.from} x={index * step + (index ? 0 : 2)} y={HEIGHT + 14} className={styles.label}>
                  {format.time(hour.from)}
                </text>
              ),
          )}
          {hours.length > 0 && (
            <text x={width - 2} y={HEIGHT + 14} textAnchor="end" className={styles.label}>
              {own.nowMark}
            </text>
          )}
        </svg>
      )}
      <div className="visually-hidden">
        <table>
          <caption>{own.histogram}</caption>
          <thead>
            <tr>
              <th scope="col">{own.time}</th>
              {STACK.map((severity) => (
                <th scope="col" key={severity}>
                  {words.severity[severity]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {hours.map((hour) => (
              <tr key={hour.from}>
                <th scope="row">{format.time(hour.from)}</th>
                {STACK.map((severity) => (
                  <td key={severity}>{hour[severity]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Bar({ hour, x, width, highest }: { hour: Hour; x: number; width: number; highest: number }) {
  const words = useFindingWords();
  let top = HEIGHT;
  return (
    <g>
      <title>{`${format.time(hour.from)}: ${words.total(format.number(total(hour)))}`}</title>
      {STACK.map((severity) => {
        const height = ((HEIGHT - 4) * hour[severity]) / highest;
        top -= height;
        return height > 0 ? (
          <rect key={severity} x={x + 1} y={top} width={Math.max(1, width - 2)} height={height} rx={1} className={styles[severity]} />
        ) : null;
      })}
    </g>
  );
}
