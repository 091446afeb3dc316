import { Link } from "@tanstack/react-router";
import { ArrowRight, ChevronDown, Clock, Timer } from "lucide-react";
import { useId, useState, type ReactNode } from "react";

import { AskHelp, type HelpCause } from "@/components/ask-help";
import { buttonLook } from "@/components/button";
import { OutsideText } from "@/components/outside-text";
import { Steps } from "@/components/section";
import type { Today } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import styles from "./task-card.module.css";
import { useTodayWords } from "./words";

type Task = Today["tasks"][number];

interface TaskCardProps {
  task: Task;
  number: number;
  startOpen: boolean;
}

/** One thing to do: why, by when, how, and what proves that it was done. */
export function TaskCard({ task, number, startOpen }: TaskCardProps) {
  const words = useTodayWords();
  const hubText = useHubText();
  const bodyId = useId();
  const [open, setOpen] = useState(startOpen);
  const due = [task.urgent ? words.urgent : "", hubText(task.due_text)].filter((part) => part !== "").join(" · ");
  return (
    <li className={styles.task} data-urgent={task.urgent || undefined}>
      <h2>
        <button type="button" aria-expanded={open} aria-controls={bodyId} onClick={() => setOpen(!open)}>
          <b className="num" aria-hidden>
            {number}
          </b>
          <span className={styles.words}>
            <span className={styles.title}>
              <OutsideText value={hubText(task.title)} />
            </span>
            <span className={styles.why}>
              <OutsideText value={hubText(task.why)} />
            </span>
            <span className={styles.meta}>
              {due !== "" && (
                <span className={styles.due}>
                  <Clock size={14} aria-hidden />
                  {due}
                </span>
              )}
              {task.minutes !== null && (
                <span>
                  <Timer size={14} aria-hidden />
                  {words.minutes(format.number(task.minutes))}
                </span>
              )}
            </span>
          </span>
          <ChevronDown size={18} className={styles.arrow} aria-hidden />
        </button>
      </h2>
      <div id={bodyId} className={styles.body} hidden={!open}>
        {task.steps.length > 0 && (
          <>
            <h3>{words.how}</h3>
            <Steps steps={task.steps.map(hubText)} />
          </>
        )}
        {hubText(task.proof) && (
          <p className={styles.proof}>
            {words.proof}: {hubText(task.proof)}
          </p>
        )}
        <TaskLink task={task}>
          {task.kind === "approval" ? words.review : words.start}
          <ArrowRight size={16} aria-hidden />
        </TaskLink>
        {task.kind !== "approval" && task.kind !== "help" && <AskHelp {...causeOf(task)} />}
      </div>
    </li>
  );
}

/** What help would be asked for: the thing that the task is about. */
function causeOf({ link: { finding, machine, unit, clause, site_case: siteCase, advisory, request } }: Task): HelpCause {
  if (typeof advisory === "number") return { about: "advisory", id: advisory, page: `/canh-bao/${advisory}` };
  if (typeof request === "number") return { about: "request", id: request, page: `/yeu-cau/${request}` };
  if (finding !== null) return { about: "finding", id: finding, page: `/phat-hien?id=${finding}` };
  if (siteCase !== null) return { about: "site_case", id: siteCase, page: `/website/vu-viec/${siteCase}` };
  if (machine !== null) return { about: "machine", id: machine, page: `/may-tinh/${machine}` };
  if (unit !== null && clause !== null) return { about: "duty", id: `${unit}.${clause}`, page: `/nghia-vu?cell=${encodeURIComponent(`${unit}.${clause}`)}`, unit };
  return { about: "page", page: "/hom-nay" };
}

/** Where the thing is done. */
function TaskLink({ task, children }: { task: Task; children: ReactNode }) {
  const { finding, machine, unit, clause, register, rule, site_case: siteCase, advisory, request } = task.link;
  const className = `${buttonLook("primary")} ${styles.start}`;
  if (typeof advisory === "number") {
    return (
      <Link to="/canh-bao/$advisoryId" params={{ advisoryId: String(advisory) }} search={(old) => ({ unit: old.unit })} className={className}>
        {children}
      </Link>
    );
  }
  if (typeof request === "number") {
    return (
      <Link to="/yeu-cau/$requestId" params={{ requestId: String(request) }} search={(old) => ({ unit: old.unit })} className={className}>
        {children}
      </Link>
    );
  }
  if (task.kind === "request" || task.kind === "help") {
    return (
      <Link
        to={task.kind === "help" ? "/ho-tro" : "/yeu-cau"}
        search={(old) => ({ unit: old.unit, ...(task.kind === "request" ? { part: "to_decide" as const } : {}) })}
        className={className}
      >
        {children}
      </Link>
    );
  }
  if (finding !== null) {
    return (
      <Link to="/phat-hien" search={(old) => ({ unit: old.unit, id: finding })} className={className}>
        {children}
      </Link>
    );
  }
  if (rule !== null) {
    return (
      <Link to="/phat-hien" search={(old) => ({ unit: old.unit, rule })} className={className}>
        {children}
      </Link>
    );
  }
  if (siteCase !== null) {
    return (
      <Link to="/website/vu-viec/$caseId" params={{ caseId: String(siteCase) }} className={className}>
        {children}
      </Link>
    );
  }
  if (machine !== null) {
    return (
      <Link to="/may-tinh/$machineId" params={{ machineId: String(machine) }} className={className}>
        {children}
      </Link>
    );
  }
  if (register !== null) {
    return (
      <Link to="/so-dang-ky/$name" params={{ name: register }} search={{ add: true }} className={className}>
        {children}
      </Link>
    );
  }
  if (unit !== null && clause !== null) {
    return (
      <Link to="/nghia-vu" search={(old) => ({ unit: old.unit, cell: `${unit}.${clause}` })} className={className}>
        {children}
      </Link>
    );
  }
  return (
    <Link to={task.kind === "approval" ? "/nghia-vu/cho-duyet" : "/may-tinh"} className={className}>
      {children}
    </Link>
  );
}
