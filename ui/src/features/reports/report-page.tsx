import { Link } from "@tanstack/react-router";
import { ArrowLeft, Download } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { buttonLook } from "@/components/button";
import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { shortHash } from "@/lib/evidence";
import type { ReportDetail } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import { useDocumentWords } from "./document-words";
import { FigurePanel } from "./figure-panel";
import { IssuerPanel } from "./issuer-panel";
import { NextAct } from "./next-act";
import styles from "./document.module.css";
import { ReplaceButton, ReplacementNote } from "./replacement";
import { ReportChanges } from "./report-changes";
import { ReportHistory } from "./report-history";
import { ReportPaper } from "./report-paper";
import type { ChangeReportSearch, ReportSearch } from "./report-search";
import { ReportSteps } from "./report-steps";
import { ReportStateTag } from "./report-tags";
import { FILE_FORMATS, fileAddress, useReport } from "./use-reports";
import { WordsPanel } from "./words-panel";
import { useReportWords } from "./words";

interface ReportPageProps {
  id: number;
  search: ReportSearch;
  onSearch: ChangeReportSearch;
}

/** The page as it will go out, where each figure comes from, and the one act that is next. */
export function ReportPage({ id, search, onSearch }: ReportPageProps) {
  const words = useReportWords();
  const query = useReport(id);
  return (
    <div className={page.page}>
      <Link to="/bao-cao" search={(old) => ({ unit: old.unit })} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.title}
      </Link>
      <AsyncView query={query}>{(detail) => <Ready detail={detail} search={search} onSearch={onSearch} />}</AsyncView>
    </div>
  );
}

function Ready({ detail, search, onSearch }: { detail: ReportDetail; search: ReportSearch; onSearch: ChangeReportSearch }) {
  const close = () => onSearch({ figure: undefined, edit: undefined });
  const openFigure = (figure: string) => onSearch({ figure, edit: undefined });
  const figure = detail.figures.find(({ id }) => id === search.figure);
  const editing = detail.may_edit && detail.report.state === "draft" ? search.edit : undefined;
  return (
    <>
      <Head detail={detail} />
      <ReplacementNote detail={detail} />
      <ReportSteps detail={detail} />
      <div className={styles.columns}>
        <div className={styles.main}>
          <ReportPaper preview={detail.preview} figures={detail.figures} onFigure={openFigure} />
        </div>
        <div className={styles.act}>
          <NextAct detail={detail} onEdit={(edit) => onSearch({ edit, figure: undefined })} />
        </div>
        <div className={styles.more}>
          <ReportChanges detail={detail} onFigure={openFigure} />
          <Downloads detail={detail} />
          <Proves detail={detail} />
          <ReplaceButton detail={detail} />
          <ReportHistory detail={detail} />
        </div>
      </div>
      {figure && <FigurePanel key={figure.id} report={detail.report.id} figure={figure} onClose={close} />}
      {editing === "words" && <WordsPanel detail={detail} onClose={close} />}
      {editing === "issuer" && <IssuerPanel detail={detail} onClose={close} />}
    </>
  );
}

function Head({ detail: { report } }: { detail: ReportDetail }) {
  const words = useDocumentWords();
  const list = useReportWords();
  const hubText = useHubText();
  return (
    <PageHead
      title={words.of(hubText(report.name), hubText(report.period.name))}
      sub={
        <span className={page.under}>
          <ReportStateTag state={report.state} />
          {report.number && <OutsideText value={report.number} />}
          <span>{report.unit?.name ?? list.whole}</span>
          <span className="num">{words.cutOff(format.dateTime(report.cut_off))}</span>
        </span>
      }
    />
  );
}

function Downloads({ detail: { report } }: { detail: ReportDetail }) {
  const words = useDocumentWords();
  return (
    <Card title={words.download} sub={report.state === "draft" ? words.downloadDraft : undefined}>
      <div className={styles.downloads}>
        {FILE_FORMATS.map((one) => (
          <a key={one} href={fileAddress(report.id, one)} download className={buttonLook("plain", "small")}>
            <Download size={15} aria-hidden />
            {words.formats[one]}
          </a>
        ))}
      </div>
      <dl className={styles.hashes}>
        {report.signer !== "" && (
          <div>
            <dt>{words.signer}</dt>
            <dd>
              <OutsideText value={report.signer} />
            </dd>
          </div>
        )}
        <div>
          <dt>{words.digest}</dt>
          <dd>
            <code title={report.digest}>SHA-256 {shortHash(report.digest)}</code>
            <small>{words.digestHint}</small>
          </dd>
        </div>
      </dl>
    </Card>
  );
}

/** The duties the frozen document is evidence of. */
function Proves({ detail: { duties, report } }: { detail: ReportDetail }) {
  const words = useDocumentWords();
  const hubText = useHubText();
  if (duties.length === 0) return null;
  return (
    <Card title={words.duties}>
      <ul className={styles.list}>
        {duties.map(({ record, clause, title }) => (
          <li key={record}>
            {report.unit ? (
              <Link to="/nghia-vu" search={(old) => ({ unit: old.unit, cell: `${report.unit!.id}.${clause}` })} className="link">
                {clause}
              </Link>
            ) : (
              <b>{clause}</b>
            )}{" "}
            {hubText(title)}
          </li>
        ))}
      </ul>
    </Card>
  );
}
