import { Link } from "@tanstack/react-router";

import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import type { ContentRelease } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import { ReleaseTags } from "./release-tag";
import { useContentWords } from "./words";

/** All releases, newest first; each is a link to its rings. */
export function ReleaseTable({ releases, shown }: { releases: ContentRelease[]; shown: number }) {
  const words = useContentWords();
  const hubText = useHubText();
  return (
    <Card title={words.history} flush>
      <div className={classNames(table.wrap, table.inCard)}>
        <table className={table.table} aria-label={words.history}>
          <thead>
            <tr>
              <th scope="col">{words.history}</th>
              <th scope="col">{words.column.state}</th>
              <th scope="col" className={table.number}>
                {words.carrying}
              </th>
              <th scope="col">{words.why}</th>
              <th scope="col">{words.imported}</th>
            </tr>
          </thead>
          <tbody>
            {releases.map((release) => (
              <tr key={release.version}>
                <th scope="row" className={table.name}>
                  <Link
                    to="/cap-nhat-noi-dung"
                    search={(old) => ({ ...old, version: release.version })}
                    className="link"
                    aria-current={release.version === shown ? "true" : undefined}
                  >
                    {words.version(release.version)}
                  </Link>
                </th>
                <td>
                  <ReleaseTags release={release} />
                </td>
                <td className={table.number} data-label={words.carrying}>
                  {format.number(release.carrying)}
                </td>
                <td className={table.soft} data-label={words.why}>
                  {hubText(release.why) || "–"}
                </td>
                <td className={table.soft} data-label={words.imported}>
                  <span className="num">{format.dateTime(release.imported_at)}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
