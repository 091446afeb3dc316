import { Link } from "@tanstack/react-router";
import { ArrowLeft, Download, FileText } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { Card } from "@/components/card";
import evidence from "@/components/evidence.module.css";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { Facts } from "@/components/section";
import type { RequestDetail } from "@/lib/api-types";
import { shortHash } from "@/lib/evidence";
import * as format from "@/lib/format";
import { plain } from "@/lib/outside-text";
import { useMay } from "@/lib/queries";

import { OwnAnswer } from "./own-answer";
import { RequestActs } from "./request-acts";
import type { ChangeRequestSearch, RequestSearch } from "./request-search";
import { DueOn } from "./request-tags";
import { RequestUnits } from "./request-units";
import styles from "./requests.module.css";
import { attachmentAddress, useRequest } from "./use-requests";
import { useRequestWords } from "./words";

interface RequestPageProps {
  id: number;
  search: RequestSearch;
  onSearch: ChangeRequestSearch;
}

/** One request: for who is asked, what to answer; for who asked, who has. */
export function RequestPage({ id, search, onSearch }: RequestPageProps) {
  const words = useRequestWords();
  const query = useRequest(id);
  return (
    <div className={page.page}>
      <Link to="/yeu-cau" search={(old) => ({ unit: old.unit })} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.title}
      </Link>
      <AsyncView query={query}>{(detail) => <Ready detail={detail} search={search} onSearch={onSearch} />}</AsyncView>
    </div>
  );
}

function Ready({ detail, search, onSearch }: { detail: RequestDetail; search: RequestSearch; onSearch: ChangeRequestSearch }) {
  const words = useRequestWords();
  const answersHere = useMay("unit_officer") && detail.request.only !== null;
  const { request } = detail;
  return (
    <>
      <PageHead
        title={<OutsideText value={request.title} />}
        sub={
          <span className={page.under}>
            {request.due_on !== null && <span>{words.due}</span>}
            <DueOn due={request.due_on} open={request.closed_at === null && request.counts.accepted < request.counts.total} />
            {!answersHere && <span className="num">{words.done(format.number(request.counts.accepted), format.number(request.counts.total))}</span>}
            {request.closed_at !== null && <span>{words.closedBy(detail.closed_by?.name ?? "–", format.dateTime(request.closed_at))}</span>}
          </span>
        }
      />
      {request.closed_at !== null && detail.closed_words !== "" && (
        <p className={styles.soft}>
          <OutsideText value={detail.closed_words} />
        </p>
      )}
      <Content detail={detail} />
      {answersHere ? (
        <OwnAnswer detail={detail} line={request.only!} />
      ) : (
        <>
          <RequestActs detail={detail} />
          <RequestUnits detail={detail} search={search} onSearch={onSearch} />
        </>
      )}
    </>
  );
}

function Content({ detail }: { detail: RequestDetail }) {
  const words = useRequestWords();
  const { request, text, fields, attachments } = detail;
  return (
    <Card title={words.content}>
      <div className={styles.stack}>
        <p className={styles.text}>
          <OutsideText value={text} keepLines />
        </p>
        <Facts
          facts={[
            { label: words.sender, value: request.unit.name },
            { label: words.sentBy, value: request.made_by?.name },
            { label: words.sentAt, value: format.dateTime(request.made_at) },
            { label: words.wanted, value: words.kinds[request.answer] },
            ...(request.basis === "" ? [] : [{ label: words.basis, value: <OutsideText value={request.basis} />, wide: true }]),
            ...(fields.length === 0 ? [] : [{ label: words.fields, value: <OutsideText value={fields.join("; ")} />, wide: true }]),
          ]}
        />
        {attachments.length > 0 && (
          <>
            <h3 className={styles.heading}>{words.attachments}</h3>
            <ul className={evidence.list}>
              {attachments.map((file) => (
                <li key={file.id} className={evidence.item}>
                  <FileText size={18} aria-hidden />
                  <div className={evidence.body}>
                    <b>
                      <OutsideText value={file.file_name} />
                    </b>
                    <p>
                      {format.size(file.size)} <code title={file.sha256}>SHA-256 {shortHash(file.sha256)}</code>
                    </p>
                  </div>
                  <a href={attachmentAddress(file.id)} download className={evidence.download} aria-label={words.download(plain(file.file_name))} title={words.download(plain(file.file_name))}>
                    <Download size={17} aria-hidden />
                  </a>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Card>
  );
}
