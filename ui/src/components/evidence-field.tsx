import { FileText, ShieldBan, X } from "lucide-react";

import { MOST_EVIDENCE_BYTES, shortHash } from "@/lib/evidence";
import * as format from "@/lib/format";

import { RadioField } from "./choice-field";
import { DateField } from "./date-field";
import styles from "./evidence.module.css";
import { FileDrop } from "./file-drop";
import { OutsideText } from "./outside-text";
import { ContentDiffers, type ChosenFile, type Classification, type EvidenceDraft } from "./use-evidence-draft";
import { ProblemNote } from "./async-view";
import { useEvidenceWords } from "./evidence-words";
import { useFileWords } from "./file-words";

const CLASSES = ["none", "confidential", "secret", "top_secret"] as const satisfies readonly Classification[];

/** The question about state secrets first; only then a file can be chosen at all. */
export function EvidenceField({ draft }: { draft: EvidenceDraft }) {
  const words = useEvidenceWords();
  return (
    <div className={styles.field}>
      <RadioField
        label={words.attach}
        hint={words.secretHint}
        choices={CLASSES.map((value) => ({ value, label: words.classification[value] }))}
        value={draft.classification}
        onChange={(value) => draft.classify(value as Classification)}
        inline
      />
      {draft.refused && (
        <div className={styles.refused} role="alert">
          <ShieldBan size={20} aria-hidden />
          <div>
            <b>{words.refused}</b>
            <p>{words.refusedSub}</p>
          </div>
        </div>
      )}
      {draft.classification === "none" && (
        <FileDrop label={words.title} most={MOST_EVIDENCE_BYTES} multiple onFiles={draft.add} />
      )}
      {draft.files.length > 0 && (
        <ul className={styles.list}>
          {draft.files.map((chosen) => (
            <ChosenItem key={chosen.key} chosen={chosen} draft={draft} />
          ))}
        </ul>
      )}
    </div>
  );
}

function ChosenItem({ chosen, draft }: { chosen: ChosenFile; draft: EvidenceDraft }) {
  const words = useFileWords();
  const own = useEvidenceWords();
  const { key, file, sha256, effective } = chosen;
  return (
    <li className={styles.item}>
      <FileText size={18} aria-hidden />
      <div className={styles.body}>
        <b>
          <OutsideText value={file.name} />
        </b>
        <p>
          {format.size(file.size)}
          {sha256 !== null && (
            <code title={sha256 ?? undefined}>{sha256 ? `SHA-256 ${shortHash(sha256)}` : words.hashing}</code>
          )}
        </p>
        <DateField
          label={own.effective}
          hint={own.effectiveHint}
          optional
          value={effective}
          onChange={(day) => draft.date(key, day)}
        />
      </div>
      <button
        type="button"
        className={styles.remove}
        aria-label={words.remove(file.name)}
        title={words.remove(file.name)}
        onClick={() => draft.remove(key)}
      >
        <X size={17} aria-hidden />
      </button>
    </li>
  );
}

/** What went wrong while files were uploaded, beside the form. */
export function EvidenceProblem({ error }: { error: unknown }) {
  const words = useEvidenceWords();
  if (error instanceof ContentDiffers) {
    return (
      <p className={styles.fault} role="alert">
        {words.differs}
      </p>
    );
  }
  return <ProblemNote error={error} />;
}
