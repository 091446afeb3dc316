import { Link } from "@tanstack/react-router";
import { FilePen } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/button";
import page from "@/components/page.module.css";
import type { ReportDetail } from "@/lib/api-types";

import { useDocumentWords } from "./document-words";
import { ReplaceDialog } from "./replace-dialog";

/** Which document this one corrects, and which corrects it: said before anything else. */
export function ReplacementNote({ detail: { report } }: { detail: ReportDetail }) {
  const words = useDocumentWords();
  if (report.replaces === null && report.replaced_by === null) return null;
  return (
    <div className={page.note} role="note">
      {report.replaced_by !== null && (
        <p>
          <b>{words.replacedBy}</b> <OtherReport id={report.replaced_by} label={words.openReplacing} />
        </p>
      )}
      {report.replaces !== null && (
        <p>
          {words.replaces} <OtherReport id={report.replaces} label={words.openReplaced} />
        </p>
      )}
    </div>
  );
}

function OtherReport({ id, label }: { id: number; label: string }) {
  return (
    <Link to="/bao-cao/$reportId" params={{ reportId: String(id) }} search={(old) => ({ unit: old.unit })} className="link">
      {label}
    </Link>
  );
}

/** Of a frozen document that nothing has replaced yet. */
export function ReplaceButton({ detail }: { detail: ReportDetail }) {
  const words = useDocumentWords();
  const [open, setOpen] = useState(false);
  if (!detail.may_edit || detail.report.state === "draft" || detail.report.replaced_by !== null) return null;
  return (
    <div>
      <Button kind="ghost" size="small" icon={FilePen} onClick={() => setOpen(true)}>
        {words.replace}
      </Button>
      {open && <ReplaceDialog report={detail.report} onClose={() => setOpen(false)} />}
    </div>
  );
}
