import { lazy, Suspense, useEffect, useRef, useState, type FormEvent } from "react";

import { ProblemNote, Waiting } from "@/components/async-view";
import { Button } from "@/components/button";
import { CopyField } from "@/components/copy-field";
import { CodeField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { useWords } from "@/lib/i18n";
import { StepUpCancelled } from "@/lib/problem";

import { useBeginTotp, useConfirmTotp } from "./use-session-actions";

const QrCode = lazy(() => import("./qr-code").then((module) => ({ default: module.QrCode })));

export function TotpDialog({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const begin = useBeginTotp();
  const confirm = useConfirmTotp();
  const [code, setCode] = useState("");
  const begun = useRef(false);

  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    begin.mutate(undefined, { onError: (error) => error instanceof StepUpCancelled && onClose() });
  }, [begin, onClose]);

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    confirm.mutate(code, { onError: () => setCode("") });
  }

  return (
    <Modal open onClose={onClose} title={words.session.totpTitle}>
      {confirm.isSuccess ? (
        <>
          <p role="status">{words.session.totpDone}</p>
          <ModalActions>
            <Button kind="primary" onClick={onClose}>
              {words.app.close}
            </Button>
          </ModalActions>
        </>
      ) : begin.data ? (
        <form onSubmit={onSubmit}>
          <p>{words.session.totpScan}</p>
          <Suspense fallback={<Waiting rows={2} />}>
            <QrCode text={begin.data.uri} label={words.session.totpQr} />
          </Suspense>
          <p>{words.session.totpSecret}</p>
          <CopyField label={words.session.totpSecret} value={begin.data.secret} />
          <CodeField label={words.session.totp} value={code} onChange={setCode} />
          <ProblemNote error={confirm.error} />
          <ModalActions>
            <Button onClick={onClose}>{words.app.cancel}</Button>
            <Button kind="primary" submit busy={confirm.isPending} disabled={code.length < 6}>
              {words.session.totpConfirm}
            </Button>
          </ModalActions>
        </form>
      ) : begin.error ? (
        <ProblemNote error={begin.error} />
      ) : (
        <Waiting />
      )}
    </Modal>
  );
}
