import { Check, CircleDashed, CircleHelp, CircleSlash, Hourglass, OctagonAlert, Pause, Send, VolumeX, type LucideIcon } from "lucide-react";

import { Tag, type Tone } from "@/components/tag";
import type { SharePartner, ShareState } from "@/lib/api-types";

import type { UnitStanding } from "./sharing-model";
import { useSharingWords } from "./words";

const MESSAGE: Record<ShareState, [Tone, LucideIcon]> = {
  queued: ["mute", Hourglass],
  sending: ["low", Send],
  shared: ["ok", Check],
  unclear: ["med", CircleHelp],
  failed: ["crit", OctagonAlert],
};
const UNIT: Record<UnitStanding, [Tone, LucideIcon]> = { never: ["mute", CircleDashed], silent: ["high", VolumeX], regular: ["ok", Check] };

export function ShareStateTag({ state, bare }: { state: ShareState; bare?: boolean }) {
  const [tone, icon] = MESSAGE[state];
  return <Tag tone={tone} icon={icon} word={useSharingWords().states[state]} bare={bare} />;
}

export function UnitStandingTag({ standing }: { standing: UnitStanding }) {
  const [tone, icon] = UNIT[standing];
  return <Tag tone={tone} icon={icon} word={useSharingWords().unitStates[standing]} bare />;
}

export function PartnerTag({ partner }: { partner: SharePartner }) {
  const words = useSharingWords();
  if (!partner.ready) return <Tag tone="mute" icon={CircleSlash} word={words.notReady} />;
  return partner.paused ? <Tag tone="med" icon={Pause} word={words.pausedTag} /> : <Tag tone="ok" icon={Check} word={words.ready} />;
}
