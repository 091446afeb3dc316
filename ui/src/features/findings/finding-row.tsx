import { memo } from "react";

import { classNames } from "@/components/class-names";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import { SeverityTag, StateDot } from "@/components/tag";
import type { Finding } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { plain } from "@/lib/outside-text";

import styles from "./finding-grid.module.css";
import { useFindingWords } from "./words";

interface FindingRowProps {
  finding: Finding;
  index: number;
  top: number;
  height: number;
  current: boolean;
  open: boolean;
  selected: boolean;
  selectable: boolean;
  onOpen: (index: number, id: number) => void;
  onToggle: (id: number) => void;
}

export const FindingRow = memo(function FindingRow({
  finding,
  index,
  top,
  height,
  current,
  open,
  selected,
  selectable,
  onOpen,
  onToggle,
}: FindingRowProps) {
  const words = useFindingWords();
  const hubText = useHubText();
  const title = plain(hubText(finding.title));
  return (
    <div
      role="row"
      id={`finding-${finding.id}`}
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={classNames(styles.row, styles.item)}
      data-current={current || undefined}
      data-open={open || undefined}
      data-urgent={(finding.severity === "critical" && finding.state === "new") || undefined}
      style={{ transform: `translateY(${top}px)`, height }}
      onClick={() => onOpen(index, finding.id)}
    >
      <span role="gridcell" className={styles.check} onClick={(event) => event.stopPropagation()}>
        {selectable && (
          <input
            type="checkbox"
            checked={selected}
            onChange={() => onToggle(finding.id)}
            aria-label={words.select(title)}
            tabIndex={-1}
          />
        )}
      </span>
      <span role="gridcell" className={styles.severity}>
        <SeverityTag severity={finding.severity} bare />
      </span>
      <span role="gridcell" className={styles.time}>
        <Moment at={finding.last_seen} />
      </span>
      <span role="gridcell" className={styles.what} title={`${title} · ${plain(finding.subject)}`}>
        <span className={styles.title}>
          <OutsideText value={hubText(finding.title)} />
        </span>
        <span className={styles.subject}>
          <OutsideText value={finding.subject} />
        </span>
        {finding.sightings > 1 && (
          <span className={styles.times}>
            <span aria-hidden>×{format.number(finding.sightings)}</span>
            <span className="visually-hidden">{words.times(format.number(finding.sightings))}</span>
          </span>
        )}
      </span>
      <span role="gridcell" className={styles.machine} title={plain(finding.asset.name)}>
        <OutsideText value={finding.asset.name} />
      </span>
      <span role="gridcell" className={styles.unit} title={finding.unit.name}>
        {finding.unit.name}
      </span>
      <span role="gridcell" className={styles.state}>
        <StateDot state={finding.state} />
      </span>
      <span role="gridcell" className={styles.owner}>
        <Owner name={finding.owner?.name} />
      </span>
    </div>
  );
});

function Owner({ name }: { name: string | undefined }) {
  const words = useFindingWords();
  return name ? (
    <span className={styles.avatar} role="img" aria-label={name} title={name}>
      {format.initials(name)}
    </span>
  ) : (
    <span className={styles.nobody} role="img" aria-label={words.noOwner} title={words.noOwner} />
  );
}
