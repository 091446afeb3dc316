import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { CodeField, PasswordField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { useWords } from "@/lib/i18n";
import { useSession } from "@/lib/queries";
import { stepUpAsked } from "@/lib/step-up";
import { useStore } from "@/lib/store";

import { useStepUp } from "./use-session-actions";

/** Opens by itself when the hub asks for a fresh proof; the refused call goes on after it. */
export function StepUpDialog() {
  const asked = useStore(stepUpAsked);
  return asked && <StepUpForm answer={asked.answer} />;
}

function StepUpForm({ answer }: { answer: (proved: boolean) => void }) {
  const words = useWords();
  const { totp_enabled: byCode } = useSession();
  const stepUp = useStepUp();
  const [proof, setProof] = useState("");

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    stepUp.mutate(byCode ? { totp: proof } : { password: proof.normalize("NFC") }, {
      onSuccess: () => answer(true),
      onError: () => setProof(""),
    });
  }

  return (
    <Modal open onClose={() => answer(false)} title={words.session.stepUp}>
      <form onSubmit={onSubmit}>
        <p>{byCode ? words.session.stepUpTotp : words.session.stepUpPassword}</p>
        {byCode ? (
          <CodeField label={words.session.totp} value={proof} onChange={setProof} autoFocus />
        ) : (
          <PasswordField
            label={words.session.password}
            value={proof}
            onChange={setProof}
            autoComplete="current-password"
            autoFocus
          />
        )}
        <ProblemNote error={stepUp.error} />
        <ModalActions>
          <Button onClick={() => answer(false)}>{words.app.cancel}</Button>
          <Button kind="primary" submit busy={stepUp.isPending} disabled={!proof}>
            {words.session.confirm}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
