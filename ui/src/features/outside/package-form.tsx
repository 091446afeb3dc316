import { PackagePlus } from "lucide-react";
import { useState, type FormEvent } from "react";

import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { EvidenceField, EvidenceProblem } from "@/components/evidence-field";
import { NoteField } from "@/components/field";
import { useEvidenceDraft } from "@/components/use-evidence-draft";
import type { Evidence } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";
import { useSession } from "@/lib/queries";

import { EvidenceChoice } from "./evidence-choice";
import styles from "./outside.module.css";
import { usePreparePackage } from "./use-outside";
import { useOutsideWords } from "./words";

/** Files for one package: those that are there already and new ones. */
export function PackageForm({ request }: { request: number }) {
  const words = useOutsideWords();
  const { app } = useWords();
  const own = useSession().scope[0]?.id ?? 0;
  const prepare = usePreparePackage(request);
  const files = useEvidenceDraft();
  const [chosen, setChosen] = useState<Evidence[]>([]);
  const [why, setWhy] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [checked, setChecked] = useState(false);
  const none = chosen.length + files.files.length === 0;
  const missing = typed(why) === "";

  async function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (none || missing) return;
    setBusy(true);
    setProblem(null);
    try {
      const uploaded = await files.upload(own);
      await prepare.mutateAsync({ evidence: [...chosen.map(({ id }) => id), ...uploaded], words: typed(why) });
      files.clear();
      setChosen([]);
      setWhy("");
      setChecked(false);
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Card title={words.choose} sub={words.chooseSub}>
      <form className={styles.stack} onSubmit={(event) => void onSubmit(event)} noValidate>
        <EvidenceChoice chosen={chosen} onChange={setChosen} />
        <EvidenceField draft={files} />
        {checked && none && (
          <p className={styles.late} role="alert">
            {words.needFile}
          </p>
        )}
        <NoteField label={words.why} value={why} onChange={setWhy} error={checked && missing ? app.required : null} maxLength={1000} />
        <EvidenceProblem error={problem} />
        <div className={styles.acts}>
          <Button kind="primary" icon={PackagePlus} submit busy={busy}>
            {words.prepare}
          </Button>
        </div>
      </form>
    </Card>
  );
}
