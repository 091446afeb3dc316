import { useState } from "react";

import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import * as format from "@/lib/format";

import { MessageList } from "./message-list";
import styles from "./messages.module.css";
import { SettingsCard } from "./settings-card";
import { useBell, useMessages, type MessageView } from "./use-messages";
import { useMessageWords } from "./words";

interface MessagesPageProps {
  view: MessageView;
  onView: (view: MessageView) => void;
}

/** What this person was told, what waits for their answer, and how they are told. */
export function MessagesPage({ view, onView }: MessagesPageProps) {
  const bell = useBell();
  const list = useMessages(view);
  // The settings come with the first list, not before it: it would push them away.
  const [isFull, setIsFull] = useState(false);
  if (!isFull && !bell.isPending && !list.isPending) setIsFull(true);
  return (
    <div className={page.page}>
      <Answer />
      <div className={styles.layout}>
        <MessageList view={view} onView={onView} />
        <div>{isFull && <SettingsCard />}</div>
      </div>
    </div>
  );
}

function Answer() {
  const words = useMessageWords();
  const bell = useBell().data;
  const counts = bell?.counts;
  const failing = bell?.mail.failing_since;
  const said = !counts ? words.title : counts.waiting > 0 ? words.waiting(format.number(counts.waiting)) : counts.unread > 0 ? words.unread(format.number(counts.unread)) : words.none;
  return <PageHead title={said} sub={failing ? words.mailFails(format.dateTime(failing), format.number(bell.mail.waiting)) : words.sub} />;
}
