import { useQuery } from "@tanstack/react-query";
import { Check, Circle, CircleCheck, Plus, UserCheck } from "lucide-react";
import { useState, type FormEvent } from "react";

import { AskHelp } from "@/components/ask-help";
import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { CheckField } from "@/components/choice-field";
import { NoteField, SelectField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { MomentField } from "@/components/moment-field";
import { OutsideText } from "@/components/outside-text";
import type { IncidentDetail, IncidentTask } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { dayTimeOf, momentOf } from "@/lib/moments";
import { useNow } from "@/lib/now";
import { plain } from "@/lib/outside-text";
import { peopleQuery, useSession } from "@/lib/queries";

import styles from "./incidents.module.css";
import { useAddTask, useUpdateTask } from "./use-incidents";
import { useIncidentWords } from "./words";

const MOST_TASK = 500;
const MOST_DONE = 1000;
const DAY_MS = 86_400_000;

/** Who does what: what is left first, then what was done. */
export function TasksCard({ detail }: { detail: IncidentDetail }) {
  const words = useIncidentWords();
  const { incident } = detail;
  const [adding, setAdding] = useState(false);
  const tasks = [...detail.tasks].sort((a, b) => Number(a.done_at !== null) - Number(b.done_at !== null));
  return (
    <Card
      title={words.tasksTitle}
      aside={
        detail.may_edit && (
          <Button size="small" icon={Plus} onClick={() => setAdding(true)}>
            {words.taskAdd}
          </Button>
        )
      }
    >
      {tasks.length === 0 && <p className={styles.soft}>{words.tasksNone}</p>}
      <ul className={styles.tasks}>
        {tasks.map((task) => (
          <Task key={task.id} task={task} mayEdit={detail.may_edit} />
        ))}
      </ul>
      {detail.may_edit && <AskHelp about="incident" id={incident.id} page={`/su-co/${incident.id}`} unit={incident.unit.id} />}
      {adding && <AddTaskDialog detail={detail} onClose={() => setAdding(false)} />}
    </Card>
  );
}

function Task({ task, mayEdit }: { task: IncidentTask; mayEdit: boolean }) {
  const words = useIncidentWords();
  const now = useNow();
  const me = useSession().user.id;
  const update = useUpdateTask();
  const [finishing, setFinishing] = useState(false);
  const late = task.done_at === null && task.due_at !== null && Date.parse(task.due_at) < now;
  const Icon = task.done_at ? CircleCheck : Circle;
  return (
    <li data-done={task.done_at !== null || undefined}>
      <Icon size={18} aria-hidden />
      <div>
        <p>
          <OutsideText value={task.words} />
        </p>
        <small className={late ? styles.bad : undefined}>
          {task.done_at ? words.taskDoneBy(task.done_by?.name ?? words.hub, format.dateTime(task.done_at)) : [task.owner?.name ?? words.nobody, task.due_at && words.taskDue1(format.dateTime(task.due_at))].filter(Boolean).join(" · ")}
        </small>
        <ProblemNote error={update.error} />
        {mayEdit && task.done_at === null && (
          <div className={styles.taskActs}>
            {task.owner?.id !== me && (
              <Button size="small" kind="ghost" icon={UserCheck} busy={update.isPending} onClick={() => update.mutate({ id: task.id, owner: me })}>
                {words.taskTake}
                <span className="visually-hidden">: {plain(task.words)}</span>
              </Button>
            )}
            <Button size="small" kind="ghost" icon={Check} onClick={() => setFinishing(true)}>
              {words.taskDone}
              <span className="visually-hidden">: {plain(task.words)}</span>
            </Button>
          </div>
        )}
      </div>
      {finishing && <DoneDialog task={task} onClose={() => setFinishing(false)} />}
    </li>
  );
}

function DoneDialog({ task, onClose }: { task: IncidentTask; onClose: () => void }) {
  const words = useIncidentWords();
  const { app } = useWords();
  const update = useUpdateTask();
  const [said, setSaid] = useState("");
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    const text = typed(said);
    update.mutate({ id: task.id, done: true, ...(text ? { words: text } : {}) }, { onSuccess: onClose });
  }
  return (
    <Modal open onClose={onClose} title={words.taskDoneTitle}>
      <form onSubmit={onSubmit}>
        <p>
          <OutsideText value={task.words} />
        </p>
        <NoteField label={words.taskDoneTitle} hint={words.taskDoneHint} value={said} onChange={setSaid} maxLength={MOST_DONE} autoFocus optional />
        <ProblemNote error={update.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={update.isPending}>
            {words.taskDone}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}

function AddTaskDialog({ detail: { incident }, onClose }: { detail: IncidentDetail; onClose: () => void }) {
  const words = useIncidentWords();
  const { app } = useWords();
  const add = useAddTask(incident.id);
  const people = useQuery(peopleQuery(incident.unit.id)).data?.items ?? [];
  const [said, setSaid] = useState("");
  const [owner, setOwner] = useState("");
  const [timed, setTimed] = useState(false);
  const [due, setDue] = useState(() => dayTimeOf(Date.now() + DAY_MS));
  const [checked, setChecked] = useState(false);
  const text = typed(said);
  const dueAt = momentOf(due);

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (text === "" || (timed && dueAt === null)) return;
    add.mutate({ words: text, ...(owner ? { owner: Number(owner) } : {}), ...(timed && dueAt ? { due_at: dueAt } : {}) }, { onSuccess: onClose });
  }
  return (
    <Modal open onClose={onClose} title={words.taskAdd}>
      <form onSubmit={onSubmit} noValidate>
        <NoteField label={words.taskWords} value={said} onChange={setSaid} error={checked && text === "" ? words.taskMissing : null} maxLength={MOST_TASK} rows={2} autoFocus required />
        <SelectField label={words.taskOwner} value={owner} onChange={setOwner} choices={[{ value: "", label: words.nobody }, ...people.map(({ id, name }) => ({ value: String(id), label: name }))]} optional />
        <CheckField label={words.taskDueHas} checked={timed} onChange={setTimed} />
        {timed && <MomentField label={words.taskDue} value={due} onChange={setDue} error={checked && dueAt === null ? words.momentWrong : null} />}
        <ProblemNote error={add.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={add.isPending}>
            {words.taskAdd}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
