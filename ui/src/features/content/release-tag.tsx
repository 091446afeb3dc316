import { CircleCheck, CirclePause, OctagonAlert, RefreshCw, Siren, Undo2, type LucideIcon } from "lucide-react";

import { Tag, type Tone } from "@/components/tag";
import type { ContentRelease } from "@/lib/api-types";

import styles from "./content.module.css";
import { useContentWords } from "./words";

const STANDING: Record<ContentRelease["standing"], [Tone, LucideIcon]> = {
  rolling: ["low", RefreshCw],
  paused: ["med", CirclePause],
  halted: ["crit", OctagonAlert],
  rolled_back: ["high", Undo2],
  done: ["ok", CircleCheck],
};

export function ReleaseTags({ release }: { release: ContentRelease }) {
  const words = useContentWords();
  const [tone, icon] = STANDING[release.standing];
  return (
    <span className={styles.tags}>
      <Tag tone={tone} icon={icon} word={words.standing[release.standing]} />
      {release.emergency && <Tag tone="high" icon={Siren} word={words.emergency} />}
    </span>
  );
}
