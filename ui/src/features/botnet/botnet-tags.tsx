import { Check, CheckCheck, CircleDot, Hourglass, Mail, Repeat, type LucideIcon } from "lucide-react";

import { Tag, type Tone } from "@/components/tag";
import type { BotnetAddress, BotnetState } from "@/lib/api-types";

import { useBotnetWords } from "./words";

const STATE: Record<BotnetState, [Tone, LucideIcon]> = {
  new: ["high", Hourglass],
  sent: ["low", Mail],
  cleaning: ["med", CircleDot],
  reported_clean: ["low", Check],
  delisted: ["ok", CheckCheck],
  recurred: ["crit", Repeat],
};

/** More than its state says already. */
export const cameBackBefore = ({ state, recurrences }: BotnetAddress) => recurrences > (state === "recurred" ? 1 : 0);

export function BotnetStateTag({ state, bare }: { state: BotnetState; bare?: boolean }) {
  const [tone, icon] = STATE[state];
  return <Tag tone={tone} icon={icon} word={useBotnetWords().states[state]} bare={bare} />;
}
