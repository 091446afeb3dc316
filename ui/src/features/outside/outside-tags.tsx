import { Archive, CircleCheck, CircleDashed, CircleX, Hourglass, MailCheck, type LucideIcon } from "lucide-react";

import { Tag, type Tone } from "@/components/tag";
import type { EvidencePackage, OutsideRequestState } from "@/lib/api-types";

import { useOutsideWords } from "./words";

const STATE: Record<OutsideRequestState, [Tone, LucideIcon]> = { open: ["med", CircleDashed], answered: ["ok", MailCheck], closed: ["mute", Archive] };
const PACKAGE: Record<EvidencePackage["state"], [Tone, LucideIcon]> = { waiting: ["med", Hourglass], approved: ["low", CircleCheck], refused: ["mute", CircleX], received: ["ok", MailCheck] };

export function OutsideStateTag({ state, bare }: { state: OutsideRequestState; bare?: boolean }) {
  const [tone, icon] = STATE[state];
  return <Tag tone={tone} icon={icon} word={useOutsideWords().states[state]} bare={bare} />;
}

export function PackageTag({ state }: { state: EvidencePackage["state"] }) {
  const [tone, icon] = PACKAGE[state];
  return <Tag tone={tone} icon={icon} word={useOutsideWords().packageStates[state]} />;
}
