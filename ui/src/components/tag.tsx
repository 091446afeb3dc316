import {
  Check,
  ChevronsDown,
  CircleDashed,
  CircleDot,
  Hourglass,
  Info,
  OctagonAlert,
  ShieldCheck,
  TriangleAlert,
  Unplug,
  type LucideIcon,
} from "lucide-react";

import type { FindingState, MachineHealth, Severity, VerdictLevel } from "@/lib/api-types";
import { useWords } from "@/lib/i18n";

import { classNames } from "./class-names";
import styles from "./tag.module.css";

/** Colour is never alone: every tag has its own shape and its word. */
export type Tone = "crit" | "high" | "med" | "low" | "ok" | "mute";

interface TagProps {
  tone: Tone;
  icon: LucideIcon;
  word: string;
  /** Without the tinted ground, for use inside rows. */
  bare?: boolean;
}

export function Tag({ tone, icon: Icon, word, bare }: TagProps) {
  return (
    <span className={classNames(styles.tag, styles[tone], bare && styles.bare)}>
      <Icon size={14} aria-hidden />
      <span className={styles.word}>{word}</span>
    </span>
  );
}

const SEVERITY: Record<Severity, [Tone, LucideIcon]> = {
  critical: ["crit", OctagonAlert],
  high: ["high", TriangleAlert],
  medium: ["med", CircleDot],
  low: ["low", ChevronsDown],
  info: ["mute", Info],
};

const LEVEL: Record<VerdictLevel, [Tone, LucideIcon]> = {
  good: ["ok", Check],
  fair: ["low", CircleDot],
  attention: ["med", TriangleAlert],
  alarm: ["crit", OctagonAlert],
  unknown: ["mute", CircleDashed],
};

const HEALTH: Record<MachineHealth, [Tone, LucideIcon]> = {
  protected: ["ok", ShieldCheck],
  attention: ["med", TriangleAlert],
  infected: ["crit", OctagonAlert],
  silent: ["high", Unplug],
  pending: ["mute", Hourglass],
};

export function SeverityTag({ severity, bare }: { severity: Severity; bare?: boolean }) {
  const [tone, icon] = SEVERITY[severity];
  return <Tag tone={tone} icon={icon} word={useWords().severity[severity]} bare={bare} />;
}

export function LevelTag({ level }: { level: VerdictLevel }) {
  const [tone, icon] = LEVEL[level];
  return <Tag tone={tone} icon={icon} word={useWords().level[level]} />;
}

export function HealthTag({ health, bare }: { health: MachineHealth; bare?: boolean }) {
  const [tone, icon] = HEALTH[health];
  return <Tag tone={tone} icon={icon} word={useWords().health[health]} bare={bare} />;
}

export function StateDot({ state }: { state: FindingState }) {
  return (
    <span className={classNames(styles.state, styles[state])}>
      <i aria-hidden />
      {useWords().state[state]}
    </span>
  );
}
