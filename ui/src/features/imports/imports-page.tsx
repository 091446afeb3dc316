import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { ProblemNote } from "@/components/async-view";
import { RadioField } from "@/components/choice-field";
import { SelectField } from "@/components/field";
import { FileDrop } from "@/components/file-drop";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import type { ImportPlan } from "@/lib/api-types";
import { unitsQuery, useSession } from "@/lib/queries";
import { unitChoices } from "@/lib/unit-tree";

import styles from "./imports.module.css";
import { IMPORT_KINDS, MOST_IMPORT_BYTES, useCreateImport } from "./use-imports";
import { useImportWords } from "./words";

/** A file becomes a preview; only the preview can be confirmed. */
export function ImportsPage({ unit }: { unit?: number }) {
  const words = useImportWords();
  const { scope } = useSession();
  const navigate = useNavigate();
  const units = useQuery(unitsQuery).data?.items ?? [];
  const create = useCreateImport();
  const [kind, setKind] = useState<ImportPlan["kind"]>("devices");
  const [owner, setOwner] = useState(String(unit ?? scope[0]?.id ?? ""));

  function read(file: File | undefined) {
    if (!file || owner === "") return;
    create.mutate(
      { kind, unit: Number(owner), file },
      { onSuccess: (plan) => void navigate({ to: "/nhap-du-lieu/$importId", params: { importId: String(plan.id) } }) },
    );
  }

  return (
    <div className={page.page}>
      <PageHead title={words.title} sub={words.sub} />
      <div className={styles.form}>
        <RadioField
          label={words.kind}
          value={kind}
          onChange={(next) => setKind(next as ImportPlan["kind"])}
          choices={IMPORT_KINDS.map((value) => ({ value, label: words.kinds[value] }))}
          inline
        />
        <SelectField label={words.unit} hint={words.unitHint} value={owner} choices={unitChoices(units)} onChange={setOwner} />
        <div className={styles.file}>
          <b>{words.file}</b>
          <FileDrop label={words.file} accept=".csv,.txt,.xlsx" most={MOST_IMPORT_BYTES} onFiles={([file]) => read(file)} />
          <p>{create.isPending ? words.reading : words.fileHint}</p>
        </div>
        <ProblemNote error={create.error} />
      </div>
    </div>
  );
}
