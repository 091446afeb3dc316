import { Menu } from "@base-ui/react/menu";
import { useRouter } from "@tanstack/react-router";
import { Bell as BellIcon } from "lucide-react";

import { Moment } from "@/components/moment";
import type { Message } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";

import styles from "./bell.module.css";
import { wantsAnswer } from "./message-model";
import { ownPath } from "./place-link";
import { useBell, useMarkMessages } from "./use-messages";

const MOST_SHOWN = 99;

/** In the top bar: how many are unread, and the newest of them. */
export function Bell() {
  const words = useWords().bell;
  const counts = useBell().data?.counts;
  const unread = counts?.unread ?? 0;
  const waiting = counts?.waiting ?? 0;
  const said = waiting > 0 ? words.waiting(format.number(waiting)) : unread > 0 ? words.unread(format.number(unread)) : words.none;
  return (
    <Menu.Root>
      <Menu.Trigger className={styles.bell} aria-label={`${words.title}: ${said}`} title={said}>
        <BellIcon size={18} aria-hidden />
        {unread + waiting > 0 && (
          <span className={styles.count} data-waiting={waiting > 0 || undefined} aria-hidden>
            {bellNumber(waiting > 0 ? waiting : unread)}
          </span>
        )}
      </Menu.Trigger>
      <BellList />
    </Menu.Root>
  );
}

function bellNumber(count: number): string {
  return count > MOST_SHOWN ? `${MOST_SHOWN}+` : String(count);
}

function BellList() {
  const words = useWords().bell;
  const router = useRouter();
  const mark = useMarkMessages();
  const items = useBell().data?.items ?? [];
  function go(message: Message) {
    mark.mutate({ messages: [message.id], as: "read" });
    // What wants an answer is answered where the answer is.
    router.history.push(wantsAnswer(message) ? "/thong-bao" : ownPath(message.path));
  }
  return (
    <Menu.Portal>
      <Menu.Positioner className={styles.position} sideOffset={6} align="end" collisionPadding={12}>
        <Menu.Popup className={styles.popup}>
          {items.length === 0 && (
            <Menu.Item className={styles.none} disabled>
              {words.nothing}
            </Menu.Item>
          )}
          {items.map((message) => (
            <BellItem key={message.id} message={message} onGo={() => go(message)} />
          ))}
          <Menu.Item className={styles.all} onClick={() => router.history.push("/thong-bao")}>
            {words.all}
          </Menu.Item>
        </Menu.Popup>
      </Menu.Positioner>
    </Menu.Portal>
  );
}

function BellItem({ message, onGo }: { message: Message; onGo: () => void }) {
  const words = useWords().bell;
  const hubText = useHubText();
  return (
    <Menu.Item className={styles.item} onClick={onGo}>
      <b>{hubText(message.title)}</b>
      <small>
        <Moment at={message.told_at} />
        {wantsAnswer(message) && ` · ${words.wantsAnswer}`}
      </small>
    </Menu.Item>
  );
}
