import { BadgeCheck, CalendarOff, CircleHelp, FileWarning, FileX, OctagonAlert, ShieldX, TriangleAlert, type LucideIcon } from "lucide-react";

import { OutsideText } from "@/components/outside-text";
import { Facts } from "@/components/section";
import { Tag, type Tone } from "@/components/tag";
import type { Verification } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";

import styles from "./verify.module.css";
import { useVerifyWords } from "./verify-words";

type Signature = Verification["signatures"][number];

const STATE: Record<Signature["state"], [Tone, LucideIcon]> = {
  valid: ["ok", BadgeCheck],
  untrusted: ["med", CircleHelp],
  altered: ["crit", OctagonAlert],
  expired: ["high", CalendarOff],
  not_yet_valid: ["high", CalendarOff],
  revoked: ["crit", ShieldX],
  weak: ["high", TriangleAlert],
  partial: ["high", FileWarning],
  malformed: ["crit", FileX],
};

/** One signature: what the hub says of it, and what stands in its certificate. All names in it are from outside. */
export function SignatureCard({ signature, place }: { signature: Signature; place: string }) {
  const words = useVerifyWords();
  const hubText = useHubText();
  const [tone, icon] = STATE[signature.state];
  return (
    <li className={styles.signature}>
      <div className={styles.who}>
        <h3>{signature.signer === "" ? words.unnamed : <OutsideText value={signature.signer} />}</h3>
        <Tag tone={tone} icon={icon} word={words.states[signature.state]} />
        <small>{place}</small>
      </div>
      <p>
        <OutsideText value={hubText(signature.words)} />
      </p>
      <Facts
        facts={[
          { label: words.signedAt, value: signature.signed_at && format.dateTimeSeconds(signature.signed_at) },
          { label: words.timestampedAt, value: signature.timestamped_at ? format.dateTimeSeconds(signature.timestamped_at) : words.timestampNone },
          { label: words.issuer, value: signature.issuer && <OutsideText value={signature.issuer} />, wide: true },
          { label: words.serial, value: signature.serial && <OutsideText value={signature.serial} />, wide: true },
        ]}
      />
    </li>
  );
}
