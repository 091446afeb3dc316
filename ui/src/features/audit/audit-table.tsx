import { Button } from "@/components/button";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { OutsideText } from "@/components/outside-text";
import type { AuditEntry } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";

import styles from "./audit-table.module.css";
import { thingInWords, useAuditWords } from "./words";

interface AuditTableProps {
  entries: AuditEntry[];
  total: number;
  more: boolean;
  loading: boolean;
  onMore: () => void;
}

const SHORT_HASH = 12;

export function AuditTable({ entries, total, more, loading, onMore }: AuditTableProps) {
  const words = useWords();
  const own = useAuditWords();
  const named = useAuditWords();
  return (
    <div className={table.wrap}>
      <table className={classNames(table.table, styles.audit)} aria-label={own.list}>
        <thead>
          <tr>
            <th scope="col">{own.index}</th>
            <th scope="col">{own.at}</th>
            <th scope="col">{own.who}</th>
            <th scope="col">{own.action}</th>
            <th scope="col">{own.object}</th>
            <th scope="col">{own.detail}</th>
            <th scope="col">{own.leaf}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.index}>
              <th scope="row" className="num">
                {format.number(entry.index)}
              </th>
              <td className={classNames("num", styles.at)}>{format.dateTimeSeconds(entry.at)}</td>
              <td>
                <span className={styles.who}>
                  <OutsideText value={entry.who} />
                  {entry.address && (
                    <small>
                      <OutsideText value={entry.address} />
                    </small>
                  )}
                </span>
              </td>
              <td data-label={own.action}>
                <span className={styles.who}>
                  {named.actions[entry.action]}
                  <small>
                    <OutsideText value={entry.action} />
                  </small>
                </span>
              </td>
              <td data-label={own.object}>
                <OutsideText value={thingInWords(named, entry.object)} />
              </td>
              <td className={table.soft} data-label={own.detail}>
                <OutsideText value={entry.detail} />
              </td>
              <td className={classNames("mono", table.soft)} data-label={own.leaf} title={entry.leaf_hash}>
                {entry.leaf_hash.slice(0, SHORT_HASH)}…
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more && (
        <div className={table.foot}>
          <span className="num">{words.app.shownOf(format.number(entries.length), format.number(total))}</span>
          <Button size="small" busy={loading} onClick={onMore}>
            {words.app.more}
          </Button>
        </div>
      )}
    </div>
  );
}
