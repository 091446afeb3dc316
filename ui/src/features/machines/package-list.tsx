import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { OutsideText } from "@/components/outside-text";
import { SearchBox } from "@/components/search-box";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";

import styles from "./package-list.module.css";
import { usePackages } from "./use-machines";

export function PackageList({ id, total }: { id: number; total: number }) {
  const words = useWords();
  const [q, setQ] = useState("");
  const query = usePackages(id, q);
  return (
    <Card
      flush
      title={`${words.machines.packages} · ${format.number(total)}`}
      aside={total > 0 && <SearchBox label={words.machines.packageFilter} value={q} onChange={setQ} />}
    >
      <AsyncView
        query={query}
        isEmpty={(data) => data.pages[0]?.items.length === 0}
        empty={() => <p className={styles.none}>{q ? words.machines.packagesFiltered : words.machines.packagesNone}</p>}
      >
        {(data) => {
          const packages = data.pages.flatMap((page) => page.items);
          return (
            <div className={classNames(table.wrap, table.inCard)}>
              <table className={table.table} aria-label={words.machines.packages}>
                <thead>
                  <tr>
                    <th scope="col">{words.machines.packageName}</th>
                    <th scope="col">{words.machines.packageVersion}</th>
                    <th scope="col">{words.machines.packageSource}</th>
                  </tr>
                </thead>
                <tbody>
                  {packages.map((item) => (
                    <tr key={item.purl}>
                      <th scope="row" className="mono">
                        <OutsideText value={item.name} />
                      </th>
                      <td className="mono" data-label={words.machines.packageVersion}>
                        <OutsideText value={item.version} />
                      </td>
                      <td className={classNames("mono", table.soft)} data-label={words.machines.packageSource}>
                        <OutsideText value={item.source ?? ""} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {query.hasNextPage && (
                <div className={table.foot}>
                  <span className="num">
                    {words.app.shownOf(format.number(packages.length), format.number(data.pages[0]?.total ?? 0))}
                  </span>
                  <Button size="small" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {words.app.more}
                  </Button>
                </div>
              )}
            </div>
          );
        }}
      </AsyncView>
    </Card>
  );
}
