import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, LifeBuoy } from "lucide-react";
import type { ReactNode } from "react";

import { AsyncView } from "@/components/async-view";
import type { Today } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";
import { api, unwrap } from "@/lib/http";
import { useSession } from "@/lib/queries";

import { TaskCard } from "./task-card";
import styles from "./today-page.module.css";
import { useTodayWords } from "./words";

interface TodayPageProps {
  unit?: number;
  /** Whether those of the others that stand above something have come, or failed. */
  isReady?: boolean;
  /** What other features have due for the unit. */
  advisories?: ReactNode;
  reports?: ReactNode;
  incidents?: ReactNode;
  roster?: ReactNode;
}

/** What must I do, how, and by when: the officer's first page. */
export function TodayPage({ unit, isReady = true, ...others }: TodayPageProps) {
  const query = useQuery({
    queryKey: ["today", unit ?? null],
    queryFn: ({ signal }) => unwrap(api.GET("/today", { params: { query: { unit } }, signal })),
    refetchInterval: 300_000,
  });
  return <AsyncView query={isReady ? query : { ...query, data: undefined }}>{(today) => <TodayReady key={today.unit.id} today={today} {...others} />}</AsyncView>;
}

function TodayReady({ today, advisories, reports, incidents, roster }: { today: Today } & Omit<TodayPageProps, "unit" | "isReady">) {
  const words = useTodayWords();
  const { name } = useSession().user;
  const { tasks } = today;
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <p>
          {today.unit.name} · {format.longDate(today.as_of)}
        </p>
        <h1>
          {words.hello(name)} {tasks.length > 0 ? words.tasks(tasks.length) : words.calm}
        </h1>
      </div>
      <div className={styles.main}>
        {tasks.length > 0 ? (
          <ol className={styles.tasks} aria-label={words.list}>
            {tasks.map((task, index) => (
              <TaskCard key={`${task.kind}-${index}`} task={task} number={index + 1} startOpen={index === 0} />
            ))}
          </ol>
        ) : (
          <NothingToDo next={today.next_due} />
        )}
        {today.done.length > 0 && <DoneList done={today.done} />}
      </div>
      <aside className={styles.side} aria-label={words.figures}>
        {incidents}
        <FigureList figures={today.figures} />
        {roster}
        {reports}
        {advisories}
        <Help help={today.help} />
      </aside>
    </div>
  );
}

function NothingToDo({ next }: { next: Today["next_due"] }) {
  const words = useTodayWords();
  const hubText = useHubText();
  return (
    <div className={styles.calm}>
      <CircleCheck size={28} aria-hidden />
      <div>
        <b>{words.calm}</b>
        <p>{next ? words.nextDue(hubText(next.title), format.date(next.date)) : words.noNext}</p>
      </div>
    </div>
  );
}

function DoneList({ done }: { done: Today["done"] }) {
  const words = useTodayWords();
  const hubText = useHubText();
  return (
    <section className={styles.done} aria-labelledby="done">
      <h2 id="done">{words.done}</h2>
      <ul>
        {done.map((item, index) => (
          <li key={index}>
            <CircleCheck size={18} aria-hidden />
            <span>{hubText(item.title)}</span>
            <small>
              {format.weekdayDate(item.on)}
              {item.by === "system" && ` · ${words.bySystem}`}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function FigureList({ figures }: { figures: Today["figures"] }) {
  const words = useTodayWords();
  // None infected is said only where something was looked at.
  const looked = figures.protected + figures.infected > 0;
  const ratio = (part: number, whole: number) => (whole > 0 ? `${format.number(part)}/${format.number(whole)}` : "–");
  return (
    <section className={styles.card}>
      <h2>{words.figures}</h2>
      <dl>
        <div>
          <dt>{words.protected}</dt>
          <dd className="num">{ratio(figures.protected, figures.devices)}</dd>
        </div>
        <div>
          <dt>{words.infected}</dt>
          <dd className="num" data-bad={figures.infected > 0 || undefined}>
            {looked ? format.number(figures.infected) : "–"}
          </dd>
        </div>
        <div>
          <dt>{words.notUpdated}</dt>
          <dd className="num">
            {figures.machines === 0 ? (
              "–"
            ) : (
              <Link to="/may-tinh" search={(old) => ({ unit: old.unit, content: "not_updated" as const })} className="link">
                {format.number(figures.not_updated)}
              </Link>
            )}
          </dd>
        </div>
        <div>
          <dt>{words.duties}</dt>
          <dd className="num">{ratio(figures.duties_met, figures.duties)}</dd>
        </div>
      </dl>
    </section>
  );
}

function Help({ help }: { help: Today["help"] }) {
  const words = useTodayWords();
  const { app } = useWords();
  return (
    <section className={styles.help}>
      <LifeBuoy size={20} aria-hidden />
      <div>
        <b>{help ? words.help : words.noHelp}</b>
        {help ? (
          <p>
            {help.name}
            <br />
            <span className="num">{help.phone || app.none}</span>
            {help.email && (
              <>
                <br />
                {help.email}
              </>
            )}
          </p>
        ) : (
          <p>{words.noHelpSub}</p>
        )}
      </div>
    </section>
  );
}
