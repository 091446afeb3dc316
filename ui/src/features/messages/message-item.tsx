import { Bug, CalendarClock, ClipboardCheck, Globe, LifeBuoy, ListTodo, MailQuestionMark, MessageSquare, Network, PhoneCall, ShieldAlert, Siren, TriangleAlert, type LucideIcon } from "lucide-react";

import { Button } from "@/components/button";
import { Moment } from "@/components/moment";
import { Tag } from "@/components/tag";
import type { Message, MessageKind } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import { wantsAnswer } from "./message-model";
import styles from "./messages.module.css";
import { PlaceLink } from "./place-link";
import { useMarkMessages } from "./use-messages";
import { useMessageWords } from "./words";

const ICONS: Record<MessageKind, LucideIcon> = {
  malware: Bug,
  site_case: Globe,
  site_returned: Globe,
  advisory: ShieldAlert,
  advisory_soon: ShieldAlert,
  advisory_overdue: ShieldAlert,
  duty_soon: ClipboardCheck,
  duty_overdue: ClipboardCheck,
  incident_opened: Siren,
  incident_task: ListTodo,
  incident_soon: Siren,
  incident_late: Siren,
  incident_unmet: Siren,
  botnet_case: Network,
  request: MailQuestionMark,
  request_reminder: MailQuestionMark,
  help_asked: LifeBuoy,
  help_answered: LifeBuoy,
  duty_call: PhoneCall,
  roster_gap: CalendarClock,
  test: MessageSquare,
};

export function MessageItem({ message }: { message: Message }) {
  const words = useMessageWords();
  const hubText = useHubText();
  const mark = useMarkMessages();
  const unread = message.read_at === null;
  const Icon = ICONS[message.kind];
  const title = hubText(message.title);
  return (
    <li data-unread={unread || undefined}>
      <Icon size={18} aria-hidden />
      <div className={styles.words}>
        <PlaceLink path={message.path} className="link" onGo={() => unread && mark.mutate({ messages: [message.id], as: "read" })}>
          {title}
        </PlaceLink>
        <p className={styles.under}>
          <Moment at={message.told_at} />
          {unread && <span>{words.isUnread}</span>}
          {message.due && <span className="num">{words.due(format.date(message.due))}</span>}
          {message.level > 0 && <span>{words.escalated}</span>}
          {wantsAnswer(message) && <Tag tone="high" icon={TriangleAlert} word={words.wantsAnswer} bare />}
          {message.acknowledged_at && <span className="num">{words.acknowledgedAt(format.dateTime(message.acknowledged_at))}</span>}
        </p>
      </div>
      {wantsAnswer(message) && (
        <Button size="small" busy={mark.isPending} onClick={() => mark.mutate({ messages: [message.id], as: "acknowledged" })}>
          {words.acknowledge}
          <span className="visually-hidden">: {title}</span>
        </Button>
      )}
    </li>
  );
}
