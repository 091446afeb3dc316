import { ShieldBan } from "lucide-react";
import { useState, type ReactNode } from "react";


import { RadioField } from "./choice-field";
import { useEvidenceWords } from "./evidence-words";
import styles from "./evidence.module.css";

const CLASSES = ["none", "confidential", "secret", "top_secret"] as const;

/** Asked before a file can be chosen at all: what is declared classified is not sent. */
export function SecretQuestion({ children }: { children: ReactNode }) {
  const words = useEvidenceWords();
  const [secret, setSecret] = useState("");
  return (
    <div className={styles.field}>
      <RadioField
        label={words.secret}
        hint={words.secretHint}
        choices={CLASSES.map((value) => ({ value, label: words.classification[value] }))}
        value={secret}
        onChange={setSecret}
        inline
      />
      {secret === "none" && children}
      {secret !== "" && secret !== "none" && (
        <div className={styles.refused} role="alert">
          <ShieldBan size={20} aria-hidden />
          <div>
            <b>{words.refused}</b>
            <p>{words.refusedSub}</p>
          </div>
        </div>
      )}
    </div>
  );
}
