import { Download, FileText } from "lucide-react";

import type { Evidence } from "@/lib/api-types";
import { evidenceAddress, shortHash } from "@/lib/evidence";
import * as format from "@/lib/format";
import { plain } from "@/lib/outside-text";

import { useEvidenceWords } from "./evidence-words";
import styles from "./evidence.module.css";
import { OutsideText } from "./outside-text";

/** Kept files: their own date, the day they came, who brought them, and the hash of every byte. */
export function EvidenceList({ evidence }: { evidence: Evidence[] }) {
  const words = useEvidenceWords();
  if (evidence.length === 0) return null;
  return (
    <ul className={styles.list}>
      {evidence.map((item) => (
        <li key={item.id} className={styles.item}>
          <FileText size={18} aria-hidden />
          <div className={styles.body}>
            <b>
              <OutsideText value={item.file_name} />
            </b>
            <p>
              {item.effective_on && <span>{words.effectiveOn(format.date(item.effective_on))}</span>}
              <span>{words.uploaded(format.date(item.uploaded_at), item.uploaded_by.name)}</span>
              <span>{format.size(item.size)}</span>
            </p>
            <code title={item.sha256}>SHA-256 {shortHash(item.sha256)}</code>
            {item.looked_at === "name" && <p>{words.nameOnly}</p>}
          </div>
          <a
            href={evidenceAddress(item.id)}
            download
            className={styles.download}
            aria-label={words.download(plain(item.file_name))}
            title={words.download(plain(item.file_name))}
          >
            <Download size={17} aria-hidden />
          </a>
        </li>
      ))}
    </ul>
  );
}
