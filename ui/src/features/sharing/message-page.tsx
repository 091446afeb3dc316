import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { Card } from "@/components/card";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { Facts } from "@/components/section";
import type { ShareMessageDetail } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import { BoundedText } from "./bounded-text";
import { Then } from "./message-list";
import { ShareStateTag } from "./sharing-tags";
import styles from "./sharing.module.css";
import { useShareMessage, useSharing } from "./use-sharing";
import { useSharingWords } from "./words";

/** One message as it went, and each answer as it came with what it was taken for. */
export function MessagePage({ id }: { id: number }) {
  const words = useSharingWords();
  const query = useShareMessage(id);
  return (
    <div className={page.page}>
      <Link to="/chia-se" search={(old) => ({ unit: old.unit })} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.title}
      </Link>
      <AsyncView query={query}>{(detail) => <Ready detail={detail} />}</AsyncView>
    </div>
  );
}

function Ready({ detail }: { detail: ShareMessageDetail }) {
  const words = useSharingWords();
  const hubText = useHubText();
  const { message, request } = detail;
  const partner = useSharing().data?.partners.find(({ id }) => id === message.partner);
  return (
    <>
      <PageHead
        title={words.answerOf[message.state](format.number(message.id))}
        sub={
          <span className={page.under}>
            <ShareStateTag state={message.state} />
            <Then message={message} />
          </span>
        }
      />
      <Card title={words.content}>
        <Facts
          facts={[
            { label: words.to, value: partner && hubText(partner.name) },
            { label: words.made, value: format.dateTimeSeconds(message.made_at) },
            { label: words.content, value: words.rowsAndSize(format.number(message.rows), format.size(message.bytes)) },
            { label: words.attempts, value: format.number(message.attempts) },
            { label: words.hash, value: <code className={styles.code}>{message.sha256 || "–"}</code>, wide: true },
          ]}
        />
      </Card>
      <Answers detail={detail} />
      <Card title={words.request} sub={words.requestSub}>
        {request === "" ? <p className={styles.soft}>{words.requestNone}</p> : <BoundedText label={words.requestText} value={request} />}
      </Card>
    </>
  );
}

function Answers({ detail: { answers } }: { detail: ShareMessageDetail }) {
  const words = useSharingWords();
  const newest = [...answers].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <Card title={words.answers} sub={words.answersSub}>
      <p className={styles.soft}>{words.twoHundred}</p>
      {newest.length === 0 ? (
        <p>{words.answersNone}</p>
      ) : (
        <ol className={styles.answers}>
          {newest.map((answer, index) => (
            <Answer key={index} answer={answer} />
          ))}
        </ol>
      )}
    </Card>
  );
}

function Answer({ answer }: { answer: ShareMessageDetail["answers"][number] }) {
  const words = useSharingWords();
  const hubText = useHubText();
  const when = format.dateTimeSeconds(answer.at);
  return (
    <li>
      <p className={styles.answerHead}>
        <time className="num" dateTime={answer.at}>
          {when}
        </time>
        <span className="num">{answer.status === 0 ? words.statusNone : words.status(String(answer.status))}</span>
      </p>
      <p>
        <span className={styles.soft}>{words.understood}:</span>{" "}
        <b>
          <OutsideText value={hubText(answer.words)} />
        </b>
      </p>
      {answer.body === "" ? <p className={styles.soft}>{words.emptyBody}</p> : <BoundedText label={`${words.raw}, ${when}`} value={answer.body} />}
    </li>
  );
}
