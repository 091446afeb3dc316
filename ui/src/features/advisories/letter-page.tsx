import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft, Download, Trash2, TriangleAlert } from "lucide-react";
import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { Card } from "@/components/card";
import { Confirm } from "@/components/confirm";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { Facts } from "@/components/section";
import type { Letter, LetterDetail } from "@/lib/api-types";
import { evidenceAddress } from "@/lib/evidence";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import styles from "./advisories.module.css";
import { LetterForm } from "./letter-form";
import { LetterText } from "./letter-text";
import { LetterStateTag } from "./letters-page";
import { useDiscardLetter, useLetter } from "./use-advisories";
import { useAdvisoryWords } from "./words";

/** What was read in a letter beside its words; a person corrects and confirms. */
export function LetterPage({ id }: { id: number }) {
  const words = useAdvisoryWords();
  const query = useLetter(id);
  return (
    <div className={page.page}>
      <Link to="/canh-bao/cong-van" className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.letters}
      </Link>
      <AsyncView query={query}>{(detail) => <LetterReady detail={detail} />}</AsyncView>
    </div>
  );
}

function LetterReady({ detail }: { detail: LetterDetail }) {
  const words = useAdvisoryWords();
  const mayAct = useMay("province_admin", "soc_operator");
  const { letter } = detail;
  const checking = letter.state === "read" && mayAct;
  return (
    <>
      <PageHead
        title={checking ? words.checkTitle : <OutsideText value={letter.number ? words.letterOf(letter.number) : words.letterUnread} />}
        sub={
          <span className={page.under}>
            <LetterStateTag state={letter.state} />
            {checking ? <span>{words.checkSub}</span> : <OutsideText value={letter.title} />}
          </span>
        }
      >
        {letter.advisory !== null && (
          <Link to="/canh-bao/$advisoryId" params={{ advisoryId: String(letter.advisory) }} search={{}} className={buttonLook("primary")}>
            {words.openAdvisory}
          </Link>
        )}
        {letter.evidence !== null && (
          <a href={evidenceAddress(letter.evidence)} download className={buttonLook()}>
            <Download size={16} aria-hidden />
            {words.downloadLetter}
          </a>
        )}
        {checking && <DiscardButton id={letter.id} />}
      </PageHead>
      {letter.state === "read" && <Warnings warnings={detail.warnings} />}
      <div className={page.columns}>
        <div className={checking ? styles.beside : undefined}>
          <LetterText detail={detail} />
        </div>
        {checking ? <LetterForm key={letter.id} detail={detail} /> : <LetterFacts letter={letter} />}
      </div>
    </>
  );
}

function Warnings({ warnings }: { warnings: LetterDetail["warnings"] }) {
  const words = useAdvisoryWords();
  const hubText = useHubText();
  if (warnings.length === 0) return null;
  return (
    <div className={page.warning} role="status">
      <TriangleAlert size={18} aria-hidden />
      <div>
        <b>{words.look}</b>
        <ul>
          {warnings.map((warning) => (
            <li key={warning.vi}>
              <OutsideText value={hubText(warning)} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function LetterFacts({ letter }: { letter: Letter }) {
  const words = useAdvisoryWords();
  const by = letter.confirmed_by && letter.confirmed_at ? words.confirmedBy(letter.confirmed_by.name, format.dateTime(letter.confirmed_at)) : undefined;
  return (
    <Card title={letter.state === "confirmed" ? words.confirmedTitle : words.letterStates.read} sub={by}>
      <Facts
        facts={[
          { label: words.fields.number, value: <OutsideText value={letter.number} /> },
          { label: words.fields.sender, value: <OutsideText value={letter.sender} /> },
          { label: words.fields.issued_on, value: letter.issued_on && format.date(letter.issued_on) },
          { label: words.fields.due_on, value: letter.due_on && format.date(letter.due_on) },
          { label: words.fields.title, value: <OutsideText value={letter.title} />, wide: true },
          { label: words.cves, value: <OutsideText value={letter.cves.join(", ")} />, wide: true },
          { label: words.products, value: <OutsideText value={letter.fixes.join("; ")} />, wide: true },
        ]}
      />
    </Card>
  );
}

function DiscardButton({ id }: { id: number }) {
  const words = useAdvisoryWords();
  const navigate = useNavigate();
  const discard = useDiscardLetter(id);
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button kind="ghost" icon={Trash2} onClick={() => setAsking(true)}>
        {words.discard}
      </Button>
      <Confirm
        open={asking}
        title={words.discardTitle}
        effect={words.discardEffect}
        action={words.discard}
        busy={discard.isPending}
        error={discard.error}
        onConfirm={() => discard.mutate(undefined, { onSuccess: () => void navigate({ to: "/canh-bao/cong-van" }) })}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
