import { CircleCheck, CircleDashed, CircleDot, MailCheck, TriangleAlert, type LucideIcon } from "lucide-react";

import { Tag, type Tone } from "@/components/tag";
import type { HelpState } from "@/lib/api-types";

import { useHelpWords } from "./words";

const STATE: Record<HelpState, [Tone, LucideIcon]> = {
  asked: ["med", CircleDashed],
  taken: ["low", CircleDot],
  answered: ["low", MailCheck],
  unsolved: ["high", TriangleAlert],
  solved: ["ok", CircleCheck],
};

export function HelpStateTag({ state, bare }: { state: HelpState; bare?: boolean }) {
  const [tone, icon] = STATE[state];
  return <Tag tone={tone} icon={icon} word={useHelpWords().states[state]} bare={bare} />;
}
