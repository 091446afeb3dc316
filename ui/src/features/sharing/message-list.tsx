import { Link } from "@tanstack/react-router";

import { AsyncView } from "@/components/async-view";
import { Card } from "@/components/card";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { ListFoot } from "@/components/list-foot";
import { Tabs } from "@/components/tabs";
import { SHARE_STATES, type ShareMessage, type SharePartner, type ShareState } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import { ShareStateTag } from "./sharing-tags";
import styles from "./sharing.module.css";
import { useShareMessages } from "./use-sharing";
import { useSharingWords } from "./words";

interface MessageListProps {
  partners: SharePartner[];
  state?: ShareState;
  onState: (state: ShareState | undefined) => void;
}

export function MessageList({ partners, state, onState }: MessageListProps) {
  const words = useSharingWords();
  const query = useShareMessages(state);
  const messages = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Card flush title={words.messages}>
      <div className={styles.filters}>
        <Tabs<ShareState | "all">
          label={words.messageView}
          value={state ?? "all"}
          onChange={(next) => onState(next === "all" ? undefined : next)}
          tabs={[{ value: "all", label: words.messageAll }, ...SHARE_STATES.map((value) => ({ value, label: words.states[value] }))]}
        />
      </div>
      <AsyncView query={query} isEmpty={() => messages.length === 0} empty={() => <p className={styles.none}>{state ? words.messagesNoneSuch : words.messagesNone}</p>}>
        {() => (
          <div className={classNames(table.wrap, table.inCard)}>
            <MessageTable messages={messages} partners={partners} />
            <ListFoot shown={messages.length} total={query.data?.pages[0]?.total ?? 0} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
          </div>
        )}
      </AsyncView>
    </Card>
  );
}

function MessageTable({ messages, partners }: { messages: ShareMessage[]; partners: SharePartner[] }) {
  const words = useSharingWords();
  return (
    <table className={table.table} aria-label={words.messages}>
      <thead>
        <tr>
          <th scope="col">{words.message}</th>
          <th scope="col">{words.state}</th>
          <th scope="col">{words.made}</th>
          <th scope="col">{words.content}</th>
          <th scope="col" className={table.number}>
            {words.attempts}
          </th>
          <th scope="col">{words.then}</th>
        </tr>
      </thead>
      <tbody>
        {messages.map((message) => (
          <MessageRow key={message.id} message={message} partner={partners.find(({ id }) => id === message.partner)} />
        ))}
      </tbody>
    </table>
  );
}

function MessageRow({ message, partner }: { message: ShareMessage; partner: SharePartner | undefined }) {
  const words = useSharingWords();
  const hubText = useHubText();
  return (
    <tr>
      <th scope="row" className={table.name}>
        <span className={styles.two}>
          <Link to="/chia-se/$messageId" params={{ messageId: String(message.id) }} search={(old) => ({ unit: old.unit })} className="link">
            {words.messageOf(format.number(message.id))}
          </Link>
          {partner && <small>{hubText(partner.name)}</small>}
        </span>
      </th>
      <td data-label={words.state}>
        <ShareStateTag state={message.state} bare />
      </td>
      <td data-label={words.made} className="num">
        {format.dateTime(message.made_at)}
      </td>
      <td data-label={words.content} className="num">
        {words.rowsAndSize(format.number(message.rows), format.size(message.bytes))}
      </td>
      <td data-label={words.attempts} className={table.number}>
        {format.number(message.attempts)}
      </td>
      <td data-label={words.then} className="num">
        <Then message={message} />
      </td>
    </tr>
  );
}

/** What comes next, or what came: nothing is left open. */
export function Then({ message }: { message: ShareMessage }) {
  const words = useSharingWords();
  if (message.accepted_at) return words.acceptedAt(format.dateTime(message.accepted_at));
  if (message.next_attempt_at) return words.nextAttempt(format.dateTime(message.next_attempt_at));
  return message.state === "failed" ? words.givenUp : "–";
}
