import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { useState } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { RadioField } from "@/components/choice-field";
import { SelectField } from "@/components/field";
import { FileDrop } from "@/components/file-drop";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import type { ImportPlan } from "@/lib/api-types";
import { unitsQuery, useSession } from "@/lib/queries";
import { unitChoices } from "@/lib/unit-tree";

import { columnsOf, sampleText } from "./columns";
import styles from "./imports.module.css";
import { IMPORT_KINDS, MOST_IMPORT_BYTES, useCreateImport } from "./use-imports";
import { useImportWords } from "./words";

/** A file becomes a preview; only the preview can be confirmed. */
export function ImportsPage({ unit, kind: wanted }: { unit?: number; kind?: ImportPlan["kind"] }) {
  const words = useImportWords();
  const { scope } = useSession();
  const navigate = useNavigate();
  const units = useQuery(unitsQuery).data?.items ?? [];
  const create = useCreateImport();
  const [kind, setKind] = useState<ImportPlan["kind"]>(wanted ?? "devices");
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
        <ColumnHelp kind={kind} />
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

/** Which columns such a file has, and one to start from. */
function ColumnHelp({ kind }: { kind: ImportPlan["kind"] }) {
  const words = useImportWords();
  const columns = columnsOf(kind);
  if (columns.length === 0) return <p className={styles.hint}>{words.leasesHint}</p>;
  return (
    <div className={styles.file}>
      <b>{words.columns}</b>
      <ul className={styles.columns}>
        {columns.map(({ heading, required }) => (
          <li key={heading} data-required={required || undefined}>
            {heading}
            {required && <small>{words.required}</small>}
          </li>
        ))}
      </ul>
      <div className={styles.sample}>
        <Button size="small" icon={Download} onClick={() => saveAs(sampleText(kind), `${words.sampleName}-${kind}.csv`)}>
          {words.sample}
        </Button>
        <p>{kind === "appliances" ? words.appliancesHint : words.columnsHint}</p>
      </div>
    </div>
  );
}

function saveAs(text: string, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
