import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, CircleCheck, CornerUpLeft, Lock, Pencil } from "lucide-react";
import { useEffect, useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { Card } from "@/components/card";
import { NoteField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import type { PolicyDetail, PolicyVersion } from "@/lib/api-types";
import { typed } from "@/lib/fold";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { useMay, useSession } from "@/lib/queries";

import { PolicyStateTags } from "./policies-page";
import styles from "./policies.module.css";
import { SETTINGS, type PolicyShape } from "./policy-draft";
import { PreviewCard } from "./policy-preview";
import { SettingValue } from "./setting-value";
import { policyQuery, useDecidePolicy, usePreviewPolicy } from "./use-policies";
import { usePolicyWords } from "./words";

/** One unit's policy: what holds, what waits for a second person, and all that was before. */
export function PolicyPage({ id }: { id: number }) {
  const words = usePolicyWords();
  const query = useQuery(policyQuery(id));
  return (
    <div className={page.page}>
      <Link to="/chinh-sach" className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.title}
      </Link>
      <AsyncView query={query}>{(detail) => <PolicyReady detail={detail} />}</AsyncView>
    </div>
  );
}

function PolicyReady({ detail }: { detail: PolicyDetail }) {
  const words = usePolicyWords();
  const mayWrite = useMay("province_admin", "soc_operator");
  const { policy, versions } = detail;
  const preview = useDraftPreview(detail);
  return (
    <>
      <PageHead title={policy.unit.name} sub={words.roles[policy.role]}>
        {mayWrite && (
          <Link to="/chinh-sach/$policyId/sua" params={{ policyId: String(policy.id) }} className={buttonLook("primary")}>
            <Pencil size={16} aria-hidden />
            {policy.draft ? words.edit : words.next}
          </Link>
        )}
      </PageHead>
      <PolicyStateTags policy={policy} />
      {policy.draft && <DraftCard detail={detail} draft={policy.draft} />}
      {preview.data && <PreviewCard preview={preview.data} />}
      <ProblemNote error={preview.error} />
      {/* Comes with the preview above it, so that it does not move when that comes. */}
      {!preview.waits && (
        <>
          <Card title={words.inForce}>
            {policy.in_force ? <VersionSettings version={policy.in_force} /> : <p className={styles.soft}>{words.nothingInForce}</p>}
          </Card>
          <Card title={words.history}>
            <ol className={styles.history}>
              {versions.map((version) => (
                <HistoryItem key={version.number} version={version} ahead={policy.ahead?.number === version.number} />
              ))}
            </ol>
          </Card>
        </>
      )}
    </>
  );
}

/** What a second person must see before agreeing: the settings, and whom they touch. */
function DraftCard({ detail, draft }: { detail: PolicyDetail; draft: PolicyVersion }) {
  const words = usePolicyWords();
  const me = useSession().user.id;
  const mayDecide = useMay("province_admin", "soc_operator");
  return (
    <Card title={words.draft} sub={draft.written_by ? words.draftBy(draft.written_by.name) : undefined}>
      <div className={page.column}>
        <p>{draft.reason}</p>
        <VersionSettings version={draft} />
        {mayDecide && draft.written_by?.id === me && <p className={page.note}>{words.notYourself}</p>}
        {detail.may_decide && <Decide id={detail.policy.id} read={draft.digest} />}
      </div>
    </Card>
  );
}

/** Whom the draft touches, for who may decide on it. */
function useDraftPreview({ policy }: PolicyDetail) {
  const mayDecide = useMay("province_admin", "soc_operator");
  const { mutate: ask, data, error } = usePreviewPolicy();
  const { draft } = policy;
  useEffect(() => {
    if (!draft || !mayDecide) return;
    const until = draft.valid_until ? { valid_until: draft.valid_until } : {};
    ask({ unit: policy.unit.id, role: policy.role, policy: draft.policy, valid_from: draft.valid_from, ...until });
  }, [ask, draft, mayDecide, policy.role, policy.unit.id]);
  return { data: draft ? data : undefined, error, waits: draft !== null && mayDecide && !data && !error };
}

function Decide({ id, read }: { id: number; read: string }) {
  const words = usePolicyWords();
  const decide = useDecidePolicy(id, read);
  const [asking, setAsking] = useState<"publish" | "decline" | null>(null);
  return (
    <div className={page.actions}>
      <Button kind="primary" icon={CircleCheck} onClick={() => setAsking("publish")}>
        {words.publish}
      </Button>
      <Button icon={CornerUpLeft} onClick={() => setAsking("decline")}>
        {words.decline}
      </Button>
      {asking && <DecideDialog decide={decide} publish={asking === "publish"} onClose={() => setAsking(null)} />}
    </div>
  );
}

interface DecideDialogProps {
  decide: ReturnType<typeof useDecidePolicy>;
  publish: boolean;
  onClose: () => void;
}

function DecideDialog({ decide, publish, onClose }: DecideDialogProps) {
  const words = usePolicyWords();
  const { app } = useWords();
  const [note, setNote] = useState("");
  const [checked, setChecked] = useState(false);
  const missing = !publish && typed(note) === "";

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!missing) decide.mutate({ publish, ...(typed(note) ? { note: typed(note) } : {}) }, { onSuccess: onClose });
  }

  return (
    <Modal open onClose={onClose} title={publish ? words.decide : words.declineTitle}>
      <form onSubmit={onSubmit}>
        {publish && <p>{words.decideNote}</p>}
        {!publish && (
          <NoteField
            label={words.reason}
            error={checked && missing ? words.reasonMissing : null}
            value={note}
            onChange={setNote}
            maxLength={1000}
            autoFocus
          />
        )}
        <ProblemNote error={decide.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={decide.isPending}>
            {publish ? words.publish : words.decline}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}

function VersionSettings({ version }: { version: PolicyVersion }) {
  const words = usePolicyWords();
  const policy = JSON.parse(version.policy) as PolicyShape;
  const until = version.valid_until && format.date(version.valid_until);
  return (
    <dl className={styles.settings}>
      <div>
        <dt>{words.versionOf(version.number)}</dt>
        <dd className="num">{words.since(format.date(version.valid_from), until)}</dd>
      </div>
      {SETTINGS.filter((setting) => policy[setting] !== undefined).map((setting) => (
        <div key={setting}>
          <dt>{words.setting[setting]}</dt>
          <dd>
            <SettingValue setting={setting} value={JSON.stringify(policy[setting])} />
            {policy.locked?.includes(setting) && <LockMark />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function LockMark() {
  const words = usePolicyWords();
  return (
    <span className={styles.lock}>
      <Lock size={13} aria-hidden />
      {words.locked}
    </span>
  );
}

function HistoryItem({ version, ahead }: { version: PolicyVersion; ahead: boolean }) {
  const words = usePolicyWords();
  const state = version.in_force ? "in_force" : ahead ? "ahead" : version.state === "published" ? "past" : version.state;
  const until = version.valid_until && format.date(version.valid_until);
  return (
    <li>
      <b>
        {words.versionOf(version.number)}, {words.states[state]}
      </b>
      <span className="num">{words.since(format.date(version.valid_from), until)}</span>
      <span>{version.reason}</span>
      <p>
        {version.written_by && words.draftBy(version.written_by.name)} <span className="num">{format.dateTime(version.written_at)}</span>
      </p>
      {version.decided_by && version.decided_at && (
        <p>
          {words.decidedBy(version.decided_by.name)} <span className="num">{format.dateTime(version.decided_at)}</span>
          {version.note && `: ${version.note}`}
        </p>
      )}
    </li>
  );
}
