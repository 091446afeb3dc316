import { Check, Clock, TriangleAlert } from "lucide-react";

import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import { Tag } from "@/components/tag";
import type { Medium } from "@/lib/api-types";
import * as format from "@/lib/format";

import styles from "./protection-list.module.css";
import { useMachineWords } from "./words";

export function MediaList({ media }: { media: Medium[] }) {
  const words = useMachineWords();
  if (media.length === 0) return <p className={styles.none}>{words.mediaNone}</p>;
  return (
    <ul className={styles.engines}>
      {media.map((medium) => (
        <li key={`${medium.started_at} ${medium.mount_point}`}>
          <div className={styles.words}>
            <b>
              <OutsideText value={medium.mount_point} />
            </b>
            <small>
              <OutsideText value={`${medium.source} · ${medium.file_system}`} />
            </small>
            <small className="num">
              <Moment at={medium.started_at} />
              {` · ${words.mediaFiles(format.number(medium.files_seen), format.number(medium.files_scanned))}`}
            </small>
          </div>
          <MediumTag medium={medium} />
        </li>
      ))}
    </ul>
  );
}

function MediumTag({ medium }: { medium: Medium }) {
  const words = useMachineWords();
  if (medium.state === "running") return <Tag tone="mute" icon={Clock} word={words.mediaRunning} />;
  if (medium.cut_short) return <Tag tone="med" icon={TriangleAlert} word={words.mediaCutShort} />;
  return <Tag tone="ok" icon={Check} word={words.mediaComplete} />;
}
