import { useState, type FormEvent } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { CodeField, PasswordField, TextField } from "@/components/field";
import { typed } from "@/lib/fold";
import { useWords } from "@/lib/i18n";
import { HubProblem } from "@/lib/problem";

import { SignInFrame } from "./sign-in-frame";
import { useSignIn } from "./use-session-actions";

const CODE_LENGTH = 6;

/** Shown in place of the page that was asked for, so the URL is kept. */
export function SignInPage({ ended }: { ended: boolean }) {
  const words = useWords();
  const signIn = useSignIn();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [totp, setTotp] = useState("");
  const [step, setStep] = useState<"password" | "totp">("password");

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    const credentials = { username: typed(username), password: password.normalize("NFC") };
    signIn.mutate(step === "totp" ? { ...credentials, totp } : credentials, {
      onError: (error) => {
        setTotp("");
        if (step === "password" && needsCode(error)) {
          setStep("totp");
          signIn.reset();
        }
      },
    });
  }

  function startOver() {
    setStep("password");
    setPassword("");
    setTotp("");
    signIn.reset();
  }

  return (
    <SignInFrame title={words.session.signInTo} sub={ended ? words.session.ended : undefined}>
      <form onSubmit={onSubmit}>
        {step === "password" ? (
          <>
            <TextField
              label={words.session.username}
              value={username}
              onChange={setUsername}
              autoComplete="username"
              maxLength={64}
              autoFocus
              required
            />
            <PasswordField
              label={words.session.password}
              value={password}
              onChange={setPassword}
              autoComplete="current-password"
            />
          </>
        ) : (
          <CodeField label={words.session.totp} hint={words.session.totpHint} value={totp} onChange={setTotp} autoFocus />
        )}
        <ProblemNote error={signIn.error} />
        <Button kind="primary" submit busy={signIn.isPending} disabled={step === "totp" && totp.length < CODE_LENGTH}>
          {step === "totp" ? words.session.continue : words.session.signIn}
        </Button>
        {step === "totp" && (
          <Button kind="ghost" onClick={startOver}>
            {words.session.otherAccount}
          </Button>
        )}
      </form>
    </SignInFrame>
  );
}

/** The password is right and the second factor is wanted: the hub names the field. */
function needsCode(error: unknown): boolean {
  return error instanceof HubProblem && error.problem.code === "unauthenticated" && error.problem.field === "totp";
}
