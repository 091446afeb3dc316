import { Check, Hourglass, PhoneCall, PhoneMissed } from "lucide-react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ListFoot } from "@/components/list-foot";
import { OutsideText } from "@/components/outside-text";
import { Tag } from "@/components/tag";
import type { DutyPing } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./roster.module.css";
import { useAnswerPing, usePings } from "./use-roster";
import { useRosterWords } from "./words";

/** Test calls and how soon they were answered. */
export function PingsCard({ unit }: { unit?: number }) {
  const words = useRosterWords();
  const query = usePings(unit);
  const pings = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Card title={words.pings} sub={words.pingsSub}>
      <AsyncView query={query} isEmpty={() => pings.length === 0} empty={() => <p className={styles.soft}>{words.pingsNone}</p>}>
        {() => (
          <>
            <ul className={styles.pings}>
              {pings.map((ping) => (
                <Ping key={ping.id} ping={ping} named={unit === undefined} />
              ))}
            </ul>
            <ListFoot shown={pings.length} total={query.data?.pages[0]?.total ?? 0} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
          </>
        )}
      </AsyncView>
    </Card>
  );
}

function Ping({ ping, named }: { ping: DutyPing; named: boolean }) {
  const words = useRosterWords();
  const { answered_at: answered, escalated_at: escalated, seconds_to_answer: seconds } = ping;
  const answer = useAnswerPing();
  const state = answered ? "yes" : escalated ? "no" : "wait";
  const said = seconds === null ? words.notAnswered : words.answered(words.seconds(seconds));
  return (
    <li>
      <div>
        <b>
          <OutsideText value={ping.person} />
          {named && <small> · {ping.unit.name}</small>}
        </b>
        <p>
          {said}
          {escalated && <span className="num"> · {words.escalated(format.dateTime(escalated))}</span>}
        </p>
        <small className="num">{words.asked(ping.asked_by.name, format.dateTime(ping.asked_at))}</small>
        {ping.calls?.map((call) => (
          <small key={call.step} className="num">
            {words.callSteps[call.step]}: <OutsideText value={call.person} /> {call.phone}
          </small>
        ))}
        {ping.may_answer && !answered && (
          <Button size="small" icon={PhoneCall} busy={answer.isPending} onClick={() => answer.mutate(ping.id)}>
            {words.reached}
          </Button>
        )}
        <ProblemNote error={answer.error} />
      </div>
      <Tag tone={state === "yes" ? "ok" : state === "no" ? "crit" : "med"} icon={state === "yes" ? Check : state === "no" ? PhoneMissed : Hourglass} word={words.pingState[state]} />
    </li>
  );
}
