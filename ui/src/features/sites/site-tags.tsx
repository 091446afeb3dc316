import {
  BadgeCheck,
  BadgeX,
  Check,
  CircleDashed,
  CornerUpRight,
  Eye,
  EyeOff,
  Hourglass,
  Info,
  Link2Off,
  MessageSquareWarning,
  OctagonAlert,
  Repeat,
  Replace,
  Unplug,
  type LucideIcon,
} from "lucide-react";

import { Tag, type Tone } from "@/components/tag";
import type { PageClass, Site, SiteStatus } from "@/lib/api-types";
import { today } from "@/lib/days";
import * as format from "@/lib/format";

import { daysUntil, labelState } from "./site-state";
import { useSiteWords } from "./words";

const STATUS: Record<SiteStatus, [Tone, LucideIcon]> = {
  ill: ["crit", OctagonAlert],
  silent: ["high", Unplug],
  watching: ["low", Eye],
  clean: ["ok", Check],
  not_yet: ["mute", Hourglass],
};

const CLASS: Record<PageClass, [Tone, LucideIcon]> = {
  clean: ["ok", Check],
  compromised: ["crit", OctagonAlert],
  defaced: ["crit", Replace],
  redirected: ["crit", CornerUpRight],
  cloaked: ["crit", EyeOff],
  reflected: ["med", Repeat],
  user_content: ["high", MessageSquareWarning],
  dead_link: ["med", Link2Off],
  legitimate_mention: ["mute", Info],
  unknown: ["mute", CircleDashed],
};

export function SiteStatusTag({ status, bare }: { status: SiteStatus; bare?: boolean }) {
  const [tone, icon] = STATUS[status];
  return <Tag tone={tone} icon={icon} word={useSiteWords().status[status]} bare={bare} />;
}

export function PageClassTag({ page, bare }: { page: PageClass; bare?: boolean }) {
  const [tone, icon] = CLASS[page];
  return <Tag tone={tone} icon={icon} word={useSiteWords().classes[page]} bare={bare} />;
}

export function RecurrenceTag({ count }: { count: number }) {
  const words = useSiteWords();
  return count > 0 ? <Tag tone="high" icon={Repeat} word={words.recurrence(count)} /> : null;
}

/** The trust label: whether there is one and until when. */
export function TrustLabel({ site, withNumber }: { site: Pick<Site, "label" | "label_valid_to">; withNumber?: boolean }) {
  const words = useSiteWords();
  const state = labelState(site, today());
  const to = site.label_valid_to;
  if (state === "none") return <Tag tone="mute" icon={BadgeX} word={words.labelNone} bare />;
  const until =
    to === null
      ? ""
      : state === "expired"
        ? words.labelExpired(format.date(to))
        : state === "soon"
          ? words.labelSoon(format.number(daysUntil(to, today())))
          : words.labelUntil(format.date(to));
  const word = withNumber || until === "" ? [site.label, until].filter(Boolean).join(" · ") : until;
  if (state === "expired") return <Tag tone="high" icon={BadgeX} word={word} bare />;
  return <Tag tone={state === "soon" ? "med" : "ok"} icon={BadgeCheck} word={word} bare />;
}
