import { Check, CircleOff, CornerUpLeft, Eye, FilePen, type LucideIcon } from "lucide-react";

import { Tag, type Tone } from "@/components/tag";
import type { Directive } from "@/lib/api-types";

import { useDirectiveWords } from "./words";

const LOOK: Record<Directive["state"], [Tone, LucideIcon]> = {
  in_force: ["ok", Check],
  draft: ["mute", FilePen],
  waiting: ["low", Eye],
  refused: ["med", CornerUpLeft],
  ended: ["mute", CircleOff],
};

export function DirectiveStateTag({ state }: { state: Directive["state"] }) {
  const [tone, icon] = LOOK[state];
  return <Tag tone={tone} icon={icon} word={useDirectiveWords().states[state]} />;
}
