import { useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { RadioField } from "@/components/choice-field";
import { TextField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import type { RosterNeed, RosterSettings } from "@/lib/api-types";
import { useWords } from "@/lib/i18n";

import { useRosterSettings, useSetRosterSettings } from "./use-roster";
import { useRosterWords } from "./words";

const NEEDS = ["by_law", "holidays", "always"] as const satisfies readonly RosterNeed[];
const MOST_MINUTES = 240;

/** When a unit needs somebody, and how long a call waits before the next person is called. */
export function SettingsDialog({ unit, onClose }: { unit: number; onClose: () => void }) {
  const words = useRosterWords();
  const query = useRosterSettings(unit);
  return (
    <Modal open onClose={onClose} title={words.settingsTitle}>
      <AsyncView query={query}>{(settings) => <SettingsForm settings={settings} onClose={onClose} />}</AsyncView>
    </Modal>
  );
}

const minutesIn = (text: string) => (/^\d{1,3}$/.test(text.trim()) ? Number(text) : 0);
const isWrong = (minutes: number) => minutes < 1 || minutes > MOST_MINUTES;

function SettingsForm({ settings, onClose }: { settings: RosterSettings; onClose: () => void }) {
  const words = useRosterWords();
  const { app } = useWords();
  const set = useSetRosterSettings();
  const [need, setNeed] = useState<string>(settings.need);
  const [deputy, setDeputy] = useState(String(settings.deputy_after_minutes));
  const [leader, setLeader] = useState(String(settings.leader_after_minutes));
  const [deputyAfter, leaderAfter] = [minutesIn(deputy), minutesIn(leader)];

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (isWrong(deputyAfter) || isWrong(leaderAfter)) return;
    set.mutate({ unit: settings.unit.id, need: need as RosterNeed, deputy_after_minutes: deputyAfter, leader_after_minutes: leaderAfter }, { onSuccess: onClose });
  }
  return (
    <form onSubmit={onSubmit} noValidate>
      <p>{settings.unit.name}</p>
      <RadioField label={words.need} hint={words.needNote} value={need} onChange={setNeed} choices={NEEDS.map((value) => ({ value, label: words.needs[value] }))} />
      <TextField label={words.deputyAfter} value={deputy} onChange={setDeputy} error={isWrong(deputyAfter) ? words.minutesWrong : null} maxLength={3} required />
      <TextField label={words.leaderAfter} value={leader} onChange={setLeader} error={isWrong(leaderAfter) ? words.minutesWrong : null} maxLength={3} required />
      <ProblemNote error={set.error} />
      <ModalActions>
        <Button onClick={onClose}>{app.cancel}</Button>
        <Button kind="primary" submit busy={set.isPending}>
          {app.save}
        </Button>
      </ModalActions>
    </form>
  );
}
