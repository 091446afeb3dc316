import { Link } from "@tanstack/react-router";

import { AsyncView } from "@/components/async-view";
import { ListFoot } from "@/components/list-foot";
import { OutsideText } from "@/components/outside-text";
import { Panel } from "@/components/panel";
import { Facts, Section } from "@/components/section";
import type { ReportFigure } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import styles from "./document.module.css";
import { useDocumentWords } from "./document-words";
import { localLink } from "./report-model";
import { useReportRows } from "./use-reports";

interface FigurePanelProps {
  report: number;
  figure: ReportFigure;
  onClose: () => void;
}

/** Where a figure comes from: the statement that counted it and every row it counted. */
export function FigurePanel({ report, figure, onClose }: FigurePanelProps) {
  const words = useDocumentWords();
  const hubText = useHubText();
  const label = hubText(figure.label);
  return (
    <Panel open onClose={onClose} eyebrow={words.figure} title={label} label={label} takesFocus>
      <div className={styles.value}>
        <span>{words.value}</span>
        <b>
          <OutsideText value={hubText(figure.words)} />
        </b>
        {!figure.known && <p>{words.unknown}</p>}
      </div>
      <Facts
        facts={[
          { label: words.before, value: figure.before ? <Before figure={figure} /> : words.beforeNone },
          {
            label: words.query,
            value: (
              <>
                <code className="mono">{figure.query}</code>
                <br />
                <small className={styles.soft}>{words.queryHint}</small>
              </>
            ),
            wide: true,
          },
        ]}
      />
      <Section title={words.rows} aside={<span className={styles.soft}>{words.rowCount(format.number(figure.row_count))}</span>}>
        {figure.row_count === 0 ? <p className={styles.soft}>{words.rowsNone}</p> : <Rows report={report} figure={figure.id} />}
      </Section>
    </Panel>
  );
}

function Before({ figure }: { figure: ReportFigure }) {
  const words = useDocumentWords();
  const hubText = useHubText();
  return (
    <>
      {figure.before && <OutsideText value={hubText(figure.before)} />} <small className={styles.soft}>({figure.changed ? words.changedYes : words.changedNo})</small>
    </>
  );
}

function Rows({ report, figure }: { report: number; figure: string }) {
  const query = useReportRows(report, figure, true);
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <AsyncView query={query}>
      {() => (
        <>
          <ul className={styles.rows}>
            {rows.map((row) => (
              <FigureRow key={row.key} row={row} />
            ))}
          </ul>
          <ListFoot
            shown={rows.length}
            total={query.data?.pages[0]?.total ?? 0}
            more={query.hasNextPage}
            loading={query.isFetchingNextPage}
            onMore={() => void query.fetchNextPage()}
          />
        </>
      )}
    </AsyncView>
  );
}

/** The name of today as a link; what is gone still shows the key it was counted by. */
function FigureRow({ row }: { row: { key: string; name: string; link: string } }) {
  const words = useDocumentWords();
  const target = localLink(row.link);
  const name = row.name === "" ? <em>{words.rowGone}</em> : <OutsideText value={row.name} />;
  return (
    <li>
      {target ? (
        <Link to={target.to as "/"} search={target.search} className="link">
          {name}
        </Link>
      ) : (
        <span>{name}</span>
      )}
      <code className={styles.key}>
        <OutsideText value={row.key} />
      </code>
    </li>
  );
}
