import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FilePlus2, Stamp } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { buttonLook } from "@/components/button";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import type { Directive } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { DirectiveStateTag } from "./directive-state";
import styles from "./directives.module.css";
import { directivesQuery } from "./use-directives";
import { useDirectiveWords } from "./words";

/** The register of directives: shipped ones and those the province entered. */
export function DirectivesPage() {
  const words = useDirectiveWords();
  const mayEnter = useMay("province_admin");
  const query = useQuery(directivesQuery);
  return (
    <div className={page.page}>
      <PageHead title={words.title} sub={words.sub}>
        {mayEnter && (
          <Link to="/van-ban/moi" className={buttonLook("primary")}>
            <FilePlus2 size={16} aria-hidden />
            {words.add}
          </Link>
        )}
      </PageHead>
      <AsyncView query={query} isEmpty={({ items }) => items.length === 0} empty={() => <EmptyState icon={Stamp} title={words.none} />}>
        {({ items }) => (
          <div className={table.wrap}>
            <table className={table.table} aria-label={words.list}>
              <thead>
                <tr>
                  <th scope="col">{words.number}</th>
                  <th scope="col">{words.document}</th>
                  <th scope="col">{words.issued}</th>
                  <th scope="col" className={table.number}>
                    {words.clauses}
                  </th>
                  <th scope="col" className={table.number}>
                    {words.duties}
                  </th>
                  <th scope="col">{words.state}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((directive) => (
                  <DirectiveRow key={directive.id} directive={directive} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </AsyncView>
    </div>
  );
}

function DirectiveRow({ directive }: { directive: Directive }) {
  const words = useDirectiveWords();
  const hubText = useHubText();
  return (
    <tr>
      <th scope="row" className={table.name}>
        <Link to="/van-ban/$directiveId" params={{ directiveId: String(directive.id) }} className="link">
          {directive.number ?? words.unknownNumber}
        </Link>
      </th>
      <td>
        <span className={styles.title}>
          {hubText(directive.title)}
          <small>{words.source[directive.source]}</small>
        </span>
      </td>
      <td className={table.soft} data-label={words.issued}>
        <span>
          {hubText(directive.issuer)}
          {", "}
          <span className="num">{directive.date ? format.date(directive.date) : words.unknownDate}</span>
        </span>
      </td>
      <td className={table.number} data-label={words.clauses}>
        {format.number(directive.clauses)}
      </td>
      <td className={table.number} data-label={words.duties}>
        {format.number(directive.duties)}
      </td>
      <td>
        <DirectiveStateTag state={directive.state} />
      </td>
    </tr>
  );
}
