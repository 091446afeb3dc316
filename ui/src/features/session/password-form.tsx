import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { PasswordField } from "@/components/field";
import { Modal, ModalActions } from "@/components/modal";
import { useWords } from "@/lib/i18n";

import { SignInFrame } from "./sign-in-frame";
import { useChangePassword } from "./use-session-actions";

const SHORTEST_PASSWORD = 12;

function PasswordForm({ onDone }: { onDone: () => void }) {
  const words = useWords();
  const change = useChangePassword();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [repeat, setRepeat] = useState("");
  const [checked, setChecked] = useState(false);

  const wanted = next.normalize("NFC");
  const tooShort = [...wanted].length < SHORTEST_PASSWORD;
  const differs = wanted !== repeat.normalize("NFC");

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (tooShort || differs) return;
    change.mutate({ current: current.normalize("NFC"), new: wanted }, { onSuccess: onDone });
  }

  return (
    <form onSubmit={onSubmit}>
      <PasswordField
        label={words.session.current}
        value={current}
        onChange={setCurrent}
        autoComplete="current-password"
        autoFocus
      />
      <PasswordField
        label={words.session.next}
        hint={words.session.nextHint}
        error={checked && tooShort ? words.session.tooShort : null}
        value={next}
        onChange={setNext}
        autoComplete="new-password"
      />
      <PasswordField
        label={words.session.repeat}
        error={checked && !tooShort && differs ? words.session.differs : null}
        value={repeat}
        onChange={setRepeat}
        autoComplete="new-password"
      />
      <ProblemNote error={change.error} />
      <ModalActions>
        <Button kind="primary" submit busy={change.isPending}>
          {words.session.change}
        </Button>
      </ModalActions>
    </form>
  );
}

/** After signing in with a one-time password there is no other way on. */
export function MustChangePasswordPage() {
  const words = useWords();
  return (
    <SignInFrame title={words.session.mustChange} sub={words.session.mustChangeSub}>
      <PasswordForm onDone={() => undefined} />
    </SignInFrame>
  );
}

export function ChangePasswordDialog({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const [done, setDone] = useState(false);
  return (
    <Modal open onClose={onClose} title={words.session.change}>
      {done ? (
        <>
          <p role="status">{words.session.changed}</p>
          <ModalActions>
            <Button kind="primary" onClick={onClose}>
              {words.app.close}
            </Button>
          </ModalActions>
        </>
      ) : (
        <>
          <p>{words.session.changeSub}</p>
          <PasswordForm onDone={() => setDone(true)} />
        </>
      )}
    </Modal>
  );
}
