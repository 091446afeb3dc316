import { ChevronLeft, ChevronRight } from "lucide-react";

import { Button, IconButton } from "@/components/button";
import { Card } from "@/components/card";
import type { Roster, Shift } from "@/lib/api-types";
import { today } from "@/lib/days";
import { PHONE, useMedia } from "@/lib/media";

import { RosterDays } from "./roster-days";
import { RosterGrid } from "./roster-grid";
import { monthAfter, type DrawnSpan } from "./roster-model";
import styles from "./roster.module.css";
import { useRosterWords } from "./words";

export interface MonthProps {
  month: string;
  roster: Roster;
  /** Absent: only to be looked at. */
  onDraw: ((span: DrawnSpan) => void) | undefined;
  onOpen: (shift: Shift) => void;
}

/** The month as a calendar where there is room, as a list of days on a phone. */
export function MonthCard({ onMonth, ...props }: MonthProps & { onMonth: (month: string | undefined) => void }) {
  const words = useRosterWords();
  const phone = useMedia(PHONE);
  const { month } = props;
  return (
    <Card
      title={words.month(Number(month.slice(5)), Number(month.slice(0, 4)))}
      sub={props.onDraw && !phone ? words.drawHint : undefined}
      aside={
        <div className={styles.turn}>
          <IconButton label={words.before} icon={ChevronLeft} onClick={() => onMonth(monthAfter(month, -1))} />
          {month !== today().slice(0, 7) && (
            <Button size="small" onClick={() => onMonth(undefined)}>
              {words.thisMonth}
            </Button>
          )}
          <IconButton label={words.after} icon={ChevronRight} onClick={() => onMonth(monthAfter(month, 1))} />
        </div>
      }
    >
      {phone ? <RosterDays {...props} /> : <RosterGrid {...props} />}
    </Card>
  );
}
