import { CornerUpLeft, Eye, Check, History, Undo2, type LucideIcon } from "lucide-react";

import type { RegisterState } from "@/lib/api-types";
import { useWords } from "@/lib/i18n";

import { Tag, type Tone } from "./tag";

const LOOK: Record<RegisterState, [Tone, LucideIcon]> = {
  waiting: ["low", Eye],
  approved: ["ok", Check],
  refused: ["med", CornerUpLeft],
  withdrawn: ["mute", Undo2],
  replaced: ["mute", History],
};

export function RecordStateTag({ state }: { state: RegisterState }) {
  const [tone, icon] = LOOK[state];
  return <Tag tone={tone} icon={icon} word={useWords().recordState[state]} />;
}
