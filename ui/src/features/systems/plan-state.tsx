import { Check, CircleDashed, CircleDot, CircleX, type LucideIcon } from "lucide-react";

import { Tag, type Tone } from "@/components/tag";
import type { LevelPlan } from "@/lib/api-types";

import { useSystemWords } from "./words";

export type Requirement = LevelPlan["requirements"][number];
export type PlanState = Requirement["state"];

const LOOK: Record<PlanState, [Tone, LucideIcon]> = {
  met: ["ok", Check],
  partly: ["med", CircleDot],
  missing: ["crit", CircleX],
  not_judged: ["mute", CircleDashed],
};
export const PLAN_STATES = ["missing", "partly", "not_judged", "met"] as const satisfies readonly PlanState[];

export function PlanTag({ state, bare }: { state: PlanState; bare?: boolean }) {
  const [tone, icon] = LOOK[state];
  return <Tag tone={tone} icon={icon} word={useSystemWords().planState[state]} bare={bare} />;
}
