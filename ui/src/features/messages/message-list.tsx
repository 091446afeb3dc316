import { BellOff } from "lucide-react";
import { useQueryClient } from "@tanstack/react-query";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { ListFoot } from "@/components/list-foot";
import { Tabs } from "@/components/tabs";
import type { Message } from "@/lib/api-types";

import { MessageItem } from "./message-item";
import styles from "./messages.module.css";
import { useBell, useMarkMessages, useMessages, type MessageView } from "./use-messages";
import { useMessageWords } from "./words";

interface MessageListProps {
  view: MessageView;
  onView: (view: MessageView) => void;
}

export function MessageList({ view, onView }: MessageListProps) {
  const words = useMessageWords();
  const query = useMessages(view);
  const messages = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Card flush title={words.list}>
      <div className={styles.bar}>
        <Tabs<MessageView> label={words.view} value={view} onChange={onView} tabs={(["all", "unread"] as const).map((value) => ({ value, label: words.views[value] }))} />
        <MarkShown messages={messages} />
      </div>
      {query.data && <Fresh newest={messages[0]?.id ?? 0} />}
      <AsyncView query={query} isEmpty={() => messages.length === 0} empty={() => <Nothing view={view} />}>
        {() => (
          <>
            <ul className={styles.list} aria-label={words.list}>
              {messages.map((message) => (
                <MessageItem key={message.id} message={message} />
              ))}
            </ul>
            <ListFoot shown={messages.length} total={query.data?.pages[0]?.total ?? 0} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
          </>
        )}
      </AsyncView>
    </Card>
  );
}

function Nothing({ view }: { view: MessageView }) {
  const words = useMessageWords();
  return view === "all" ? (
    <EmptyState icon={BellOff} title={words.emptyAll} sub={words.emptyAllSub} />
  ) : (
    <EmptyState icon={BellOff} title={words.emptyUnread} sub={words.emptyUnreadSub} />
  );
}

function MarkShown({ messages }: { messages: Message[] }) {
  const words = useMessageWords();
  const mark = useMarkMessages();
  const unread = messages.filter(({ read_at }) => read_at === null).map(({ id }) => id);
  if (unread.length === 0) return null;
  return (
    <>
      <Button size="small" kind="ghost" busy={mark.isPending} onClick={() => mark.mutate({ messages: unread.slice(0, 200), as: "read" })}>
        {words.markShown}
      </Button>
      <ProblemNote error={mark.error} />
    </>
  );
}

/** The bell heard of more than the list shows: the person says when it moves. */
function Fresh({ newest }: { newest: number }) {
  const words = useMessageWords();
  const client = useQueryClient();
  const heard = useBell().data?.items[0]?.id ?? 0;
  return (
    <div role="status">
      {heard > newest && (
        <p className={styles.fresh}>
          {words.fresh}
          <Button size="small" onClick={() => void client.invalidateQueries({ queryKey: ["messages", "list"] })}>
            {words.showFresh}
          </Button>
        </p>
      )}
    </div>
  );
}
