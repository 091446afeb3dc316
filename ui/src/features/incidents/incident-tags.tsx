import { Check, CheckCheck, CircleDot, Clock, Hourglass, Info, OctagonAlert, ShieldCheck, type LucideIcon } from "lucide-react";

import { Tag, type Tone } from "@/components/tag";
import type { IncidentClock, IncidentState } from "@/lib/api-types";

import { useIncidentWords } from "./words";

const STATE: Record<IncidentState, [Tone, LucideIcon]> = { open: ["high", CircleDot], contained: ["low", ShieldCheck], closed: ["mute", Check] };
const CLOCK: Record<IncidentClock["state"], [Tone, LucideIcon]> = {
  running: ["low", Clock],
  soon: ["med", Hourglass],
  late: ["crit", OctagonAlert],
  met: ["ok", Check],
  met_late: ["high", CheckCheck],
  no_number: ["mute", Info],
};

export function IncidentStateTag({ state, bare }: { state: IncidentState; bare?: boolean }) {
  const [tone, icon] = STATE[state];
  return <Tag tone={tone} icon={icon} word={useIncidentWords().states[state]} bare={bare} />;
}

export function ClockTag({ state, word, bare }: { state: IncidentClock["state"]; word?: string; bare?: boolean }) {
  const [tone, icon] = CLOCK[state];
  const words = useIncidentWords();
  return <Tag tone={tone} icon={icon} word={word ?? words.clockStates[state]} bare={bare} />;
}
