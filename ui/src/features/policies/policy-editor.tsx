import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft, Users } from "lucide-react";
import { useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { DateField } from "@/components/date-field";
import { NoteField, SelectField } from "@/components/field";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import type { NewPolicy, PolicyDetail, PolicyRole } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import { today } from "@/lib/days";
import { HubProblem } from "@/lib/problem";
import { unitsQuery } from "@/lib/queries";

import { EMPTY, SETTINGS, draftOf, policyOf, settingOf, type PolicyDraft } from "./policy-draft";
import { PreviewCard } from "./policy-preview";
import { SettingForm } from "./setting-form";
import { policyQuery, usePreviewPolicy, useSavePolicy } from "./use-policies";
import { usePolicyWords } from "./words";

const ROLES = ["any", "workstation", "server", "other"] as const satisfies readonly PolicyRole[];

export function PolicyEditorPage({ id }: { id: number }) {
  const query = useQuery(policyQuery(id));
  return <AsyncView query={query}>{(detail) => <PolicyEditor detail={detail} />}</AsyncView>;
}

/** Writes a draft; whom it touches can be seen before anything is kept. */
export function PolicyEditor({ detail, unit: chosen }: { detail?: PolicyDetail; unit?: number }) {
  const words = usePolicyWords();
  const navigate = useNavigate();
  const policy = detail?.policy;
  const start = policy?.draft ?? policy?.ahead ?? policy?.in_force;
  const save = useSavePolicy(policy?.id);
  const preview = usePreviewPolicy();
  const [draft, setDraft] = useState<PolicyDraft>(start ? draftOf(start.policy) : EMPTY);
  const [unit, setUnit] = useState(String(policy?.unit.id ?? chosen ?? ""));
  const [role, setRole] = useState<PolicyRole>(policy?.role ?? "any");
  const [from, setFrom] = useState(policy?.draft?.valid_from ?? today());
  const [until, setUntil] = useState(policy?.draft?.valid_until ?? "");
  const [reason, setReason] = useState(policy?.draft?.reason ?? "");
  // What is missing is told once it is asked for: for a preview the body, to save the reason too.
  const [checked, setChecked] = useState<"preview" | "save" | null>(null);
  const error = save.error ?? preview.error;
  const wrong = error instanceof HubProblem ? settingOf(error.problem.field) : null;
  const trial = {
    unit: Number(unit),
    role,
    policy: JSON.stringify(policyOf(draft)),
    valid_from: from,
    ...(until ? { valid_until: until } : {}),
  };

  function change(part: Partial<PolicyDraft>) {
    setDraft((old) => ({ ...old, ...part }));
    preview.reset();
  }
  function ask() {
    setChecked("preview");
    save.reset();
    if (unit !== "" && from !== "") preview.mutate(trial);
  }
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked("save");
    preview.reset();
    if (unit === "" || from === "" || typed(reason) === "") return;
    const body: NewPolicy = { ...trial, reason: typed(reason) };
    save.mutate(body, {
      onSuccess: (saved) => void navigate({ to: "/chinh-sach/$policyId", params: { policyId: String(saved.policy.id) } }),
    });
  }

  return (
    <div className={page.page}>
      <Link to="/chinh-sach" className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.title}
      </Link>
      <PageHead title={policy ? `${policy.unit.name}, ${words.roles[policy.role]}` : words.editor} sub={words.editorSub} />
      <form className={page.form} onSubmit={onSubmit}>
        {!policy && (
          <div className={page.pair}>
            <UnitField value={unit} onChange={setUnit} error={checked !== null && unit === "" ? words.unitMissing : null} />
            <SelectField
              label={words.role}
              value={role}
              choices={ROLES.map((value) => ({ value, label: words.roles[value] }))}
              onChange={(value) => setRole(value as PolicyRole)}
            />
          </div>
        )}
        {SETTINGS.map((setting) => (
          <SettingForm key={setting} setting={setting} draft={draft} wrong={wrong === setting} onChange={change} />
        ))}
        <div className={page.pair}>
          <DateField label={words.from} value={from} onChange={setFrom} required />
          <DateField label={words.until} hint={words.untilHint} value={until} onChange={setUntil} optional />
        </div>
        <NoteField
          label={words.reason}
          error={checked === "save" && typed(reason) === "" ? words.reasonMissing : null}
          value={reason}
          onChange={setReason}
          maxLength={250}
        />
        <ProblemNote error={error} />
        <div className={page.actions}>
          <Button icon={Users} busy={preview.isPending} onClick={ask}>
            {words.preview}
          </Button>
          <Button kind="primary" submit busy={save.isPending}>
            {words.save}
          </Button>
        </div>
      </form>
      {preview.data && <PreviewCard preview={preview.data} />}
    </div>
  );
}

function UnitField({ value, onChange, error }: { value: string; onChange: (value: string) => void; error: string | null }) {
  const words = usePolicyWords();
  const units = useQuery(unitsQuery).data?.items ?? [];
  return (
    <SelectField
      label={words.unit}
      value={value}
      error={error}
      choices={[{ value: "", label: words.chooseUnit }, ...units.map(({ id, name }) => ({ value: String(id), label: name }))]}
      onChange={onChange}
      required
    />
  );
}
