import { Link } from "@tanstack/react-router";
import { BookOpenText, CalendarClock, CircleOff, ClipboardCheck, Gauge, Timer } from "lucide-react";
import { useState } from "react";

import { Button, buttonLook } from "@/components/button";
import { classNames } from "@/components/class-names";
import { DutyTag } from "@/components/duty-tag";
import { Section, Steps } from "@/components/section";
import type { DutyInstance, UnitRef } from "@/lib/api-types";
import { daysBetween, today } from "@/lib/days";
import * as format from "@/lib/format";
import { useHubText, useWords } from "@/lib/i18n";
import { useSession } from "@/lib/queries";

import styles from "./instance-card.module.css";
import { RecordForm } from "./record-form";
import { RecordItem } from "./record-item";
import { useDutyWords } from "./words";

interface InstanceCardProps {
  instance: DutyInstance;
  unit: UnitRef;
  /** The only duty of its clause: it is drawn without a frame of its own. */
  alone: boolean;
}

/** One duty in one period: when it is due, what was measured, how to do it, and what was recorded. */
export function InstanceCard({ instance, unit, alone }: InstanceCardProps) {
  const words = useDutyWords();
  const hubText = useHubText();
  const records = instance.records.filter(({ state }) => state !== "withdrawn");
  return (
    <div className={classNames(styles.instance, !alone && styles.framed)}>
      <div className={styles.head}>
        <h3>{hubText(instance.title)}</h3>
        {!alone && <DutyTag state={instance.state} />}
      </div>
      <Deadline instance={instance} />
      {hubText(instance.reason) && <p className={styles.reason}>{hubText(instance.reason)}</p>}
      {instance.measure && <Measure measure={instance.measure} />}
      <HowTo instance={instance} />
      {records.length > 0 && (
        <Section title={words.records}>
          <ul className={styles.records}>
            {records.map((record) => (
              <RecordItem key={record.id} record={record} />
            ))}
          </ul>
        </Section>
      )}
      <InstanceActs instance={instance} unit={unit} />
    </div>
  );
}

function Deadline({ instance }: { instance: DutyInstance }) {
  const words = useDutyWords();
  const { recurrence, due } = useWords();
  const hubText = useHubText();
  const open = instance.state === "overdue" || instance.state === "due_soon" || instance.state === "not_due";
  return (
    <div className={styles.deadline}>
      <CalendarClock size={16} aria-hidden />
      <div>
        <p>
          {recurrence[instance.recurrence]}
          {" · "}
          {hubText(instance.due_text)}
          {instance.due && open && (
            <b className="num" data-state={instance.state}>
              {due.left(daysBetween(today(), instance.due))}
            </b>
          )}
        </p>
        {instance.due && <p className={styles.soft}>{words.lastDay(format.date(instance.due))}</p>}
        {instance.basis === "province" && <p className={styles.province}>{words.basisProvince}</p>}
      </div>
    </div>
  );
}

function Measure({ measure }: { measure: NonNullable<DutyInstance["measure"]> }) {
  const words = useDutyWords();
  const hubText = useHubText();
  // A figure without a target stands beside the duty and judges nothing.
  const state = !measure.known ? "unknown" : measure.met ? "met" : hubText(measure.target) ? "missed" : "plain";
  return (
    <div className={styles.measure} data-state={state}>
      <Gauge size={18} aria-hidden />
      <div>
        <p className={styles.soft}>{hubText(measure.title)}</p>
        <p>
          <b className="num">{measure.known ? hubText(measure.value) : words.measureUnknown}</b>
          {hubText(measure.target) && <span> · {words.target(hubText(measure.target))}</span>}
        </p>
        {!measure.known && hubText(measure.value) && <p className={styles.soft}>{hubText(measure.value)}</p>}
        {measure.known && <p className={styles.soft}>{words.autoSub}</p>}
      </div>
    </div>
  );
}

function HowTo({ instance }: { instance: DutyInstance }) {
  const words = useDutyWords();
  const hubText = useHubText();
  const finished = instance.state === "met" || instance.state === "not_applicable" || instance.state === "waiting";
  if (instance.steps.length === 0) return null;
  return (
    <details className={styles.how} open={!finished}>
      <summary>
        {words.how}
        {instance.minutes !== null && (
          <span>
            <Timer size={14} aria-hidden /> {words.minutes(format.number(instance.minutes))}
          </span>
        )}
      </summary>
      <Steps steps={instance.steps.map(hubText)} />
      {hubText(instance.proof) && (
        <p className={styles.proof}>
          <span>{words.proof}:</span> {hubText(instance.proof)}
        </p>
      )}
    </details>
  );
}

function InstanceActs({ instance, unit }: { instance: DutyInstance; unit: UnitRef }) {
  const words = useDutyWords();
  const me = useSession().user.id;
  const [task, setTask] = useState<"done" | "not_applicable" | null>(null);
  if (!instance.may_record) return null;
  if (task) {
    return (
      <RecordForm
        key={task}
        draftName={`${me}.duty.${unit.id}.${instance.duty}.${instance.period_from}.${task}`}
        instance={instance}
        unit={unit}
        notApplicable={task === "not_applicable"}
        onClose={() => setTask(null)}
      />
    );
  }
  return (
    <div className={styles.acts}>
      {instance.needs === "register" && instance.register ? (
        <Link to="/so-dang-ky/$name" params={{ name: instance.register }} search={{ add: true }} className={buttonLook("primary")}>
          <BookOpenText size={16} aria-hidden />
          {words.toRegister}
        </Link>
      ) : (
        <Button kind="primary" icon={ClipboardCheck} onClick={() => setTask("done")}>
          {words.record}
        </Button>
      )}
      <Button kind="ghost" icon={CircleOff} onClick={() => setTask("not_applicable")}>
        {words.notApplicable}
      </Button>
    </div>
  );
}
