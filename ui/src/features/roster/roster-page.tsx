import { CalendarPlus, PhoneCall, Plus, Settings2 } from "lucide-react";
import { useState } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import type { Roster, Shift, UnitRef } from "@/lib/api-types";
import { addDays, today } from "@/lib/days";
import * as format from "@/lib/format";
import { useNow } from "@/lib/now";
import { useMay } from "@/lib/queries";

import { HandoversCard } from "./handovers-card";
import { MonthCard } from "./month-card";
import { PingsCard } from "./pings-card";
import { ProvinceRoster } from "./province-roster";
import { nextBegin, weeksOf, type DrawnSpan } from "./roster-model";
import type { ChangeRosterSearch, RosterSearch } from "./roster-search";
import styles from "./roster.module.css";
import { SettingsDialog } from "./settings-dialog";
import { ShiftDialog } from "./shift-dialog";
import { ShiftForm } from "./shift-form";
import { rosterCalendarAddress, usePing, useRoster, useRosterAhead } from "./use-roster";
import { WindowsStrip } from "./windows-strip";
import { useRosterWords } from "./words";

interface RosterPageProps {
  search: RosterSearch;
  unit?: number;
  onSearch: ChangeRosterSearch;
}

/** Who is on duty, and the minutes in which nobody is: of one unit as a calendar, of many as a list. */
export function RosterPage({ search, unit, onSearch }: RosterPageProps) {
  const query = useRosterAhead(unit);
  return (
    <div className={page.page}>
      <AsyncView query={query}>
        {(ahead) => (ahead.unit ? <UnitRoster ahead={ahead} unit={ahead.unit} search={search} onSearch={onSearch} /> : <ProvinceRoster ahead={ahead} search={search} onSearch={onSearch} />)}
      </AsyncView>
    </div>
  );
}

interface UnitRosterProps {
  ahead: Roster;
  unit: UnitRef;
  search: RosterSearch;
  onSearch: ChangeRosterSearch;
}

function UnitRoster({ ahead, unit, search, onSearch }: UnitRosterProps) {
  const mayDraw = useMay("province_admin", "soc_operator", "unit_officer");
  const [drawn, setDrawn] = useState<DrawnSpan | null>(null);
  const [opened, setOpened] = useState<number | null>(null);
  const [editing, setEditing] = useState<Shift | null>(null);
  const month = search.month ?? today().slice(0, 7);
  const weeks = weeksOf(month);
  const query = useRoster(weeks[0]!, addDays(weeks.at(-1)!, 6), unit.id);
  const known = [...(query.data?.shifts ?? []), ...ahead.shifts, ...ahead.on_duty];
  const shift = known.find(({ id }) => id === opened);
  const draw = mayDraw ? setDrawn : undefined;
  return (
    <>
      <Head ahead={ahead} unit={unit} onAdd={draw} />
      <AsyncView query={query}>
        {(roster) => (
          <>
            <WindowsStrip roster={ahead} onFill={draw} onMonth={(next) => onSearch({ month: next })} />
            <MonthCard month={month} roster={roster} onMonth={(next) => onSearch({ month: next })} onDraw={draw} onOpen={({ id }) => setOpened(id)} />
            <div className={page.columns}>
              <HandoversCard shifts={known} onOpen={({ id }) => setOpened(id)} />
              <PingsCard unit={unit.id} />
            </div>
          </>
        )}
      </AsyncView>
      {drawn && <ShiftForm unit={unit} span={drawn} onClose={() => setDrawn(null)} />}
      {editing && <ShiftForm unit={unit} shift={editing} onClose={() => setEditing(null)} />}
      {shift && (
        <ShiftDialog
          shift={shift}
          onEdit={() => {
            setOpened(null);
            setEditing(shift);
          }}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  );
}

function Head({ ahead, unit, onAdd }: { ahead: Roster; unit: UnitRef; onAdd: ((span: DrawnSpan) => void) | undefined }) {
  const words = useRosterWords();
  const now = useNow();
  const maySet = useMay("province_admin", "soc_operator");
  const [setting, setSetting] = useState(false);
  const main = ahead.on_duty.find(({ part }) => part === "main") ?? ahead.on_duty[0];
  return (
    <PageHead
      title={main ? words.onDuty(main.person, untilText(main.to, now)) : words.onDutyNone}
      sub={
        <>
          {main?.phone && (
            <span className="num">
              {words.phone}: {main.phone}.{" "}
            </span>
          )}
          {ahead.need === "none" ? `${unit.name}. ${words.needNone}` : words.subUnit(unit.name)}
        </>
      }
    >
      <a href={rosterCalendarAddress(unit.id)} download className={buttonLook()}>
        <CalendarPlus size={16} aria-hidden />
        {words.export}
      </a>
      {maySet && (
        <Button icon={Settings2} onClick={() => setSetting(true)}>
          {words.settings}
        </Button>
      )}
      {setting && <SettingsDialog unit={unit.id} onClose={() => setSetting(false)} />}
      <PingButton unit={unit.id} nobody={ahead.on_duty.length === 0} />
      {onAdd && (
        <Button kind="primary" icon={Plus} onClick={() => onAdd(nextBegin(ahead.shifts, Date.now()))}>
          {words.add}
        </Button>
      )}
    </PageHead>
  );
}

/** Today only the hour; else the day too. */
const untilText = (to: string, now: number) => (format.date(to) === format.date(now) ? format.time(to) : `${format.time(to)} ${format.dayMonth(to)}`);

function PingButton({ unit, nobody }: { unit: number; nobody: boolean }) {
  const words = useRosterWords();
  const mayPing = useMay("province_admin", "soc_operator");
  const ping = usePing();
  if (!mayPing) return null;
  return (
    <>
      <Button icon={PhoneCall} busy={ping.isPending} disabled={nobody} onClick={() => ping.mutate(unit)}>
        {words.ping}
      </Button>
      <ProblemNote error={ping.error} />
      {ping.data && (
        <p className={styles.told} role="status">
          {words.pinged(ping.data.person)}
        </p>
      )}
    </>
  );
}
