import { Card } from "@/components/card";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import type { BotnetAddressDetail, BotnetHistory } from "@/lib/api-types";
import { useHubText } from "@/lib/i18n";

import styles from "./botnet.module.css";
import { useBotnetWords } from "./words";

const BY_LIST = new Set<BotnetHistory["event"]>(["listed", "listed_again", "absent", "delisted"]);

/** What happened, newest first. Nothing of it can be changed. */
export function AddressHistory({ detail }: { detail: BotnetAddressDetail }) {
  const words = useBotnetWords();
  return (
    <Card title={words.history}>
      <ol className={styles.rows}>
        {detail.history.map((line, index) => (
          <Line key={index} line={line} detail={detail} />
        ))}
      </ol>
    </Card>
  );
}

function Line({ line, detail }: { line: BotnetHistory; detail: BotnetAddressDetail }) {
  const words = useBotnetWords();
  const hubText = useHubText();
  const step = detail.steps.find(({ id }) => id === line.step);
  const who = line.who?.name ?? (BY_LIST.has(line.event) ? words.byList : words.byCommand);
  return (
    <li>
      <b>
        {words.events[line.event]}
        {step && `: ${hubText(step.title)}`}
      </b>
      {line.note && (
        <span>
          <OutsideText value={line.note} />
        </span>
      )}
      <small>
        {who} · <Moment at={line.at} />
      </small>
    </li>
  );
}
