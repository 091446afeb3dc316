import { useQuery, useQueryClient } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { Failed } from "@/components/async-view";
import { MustChangePasswordPage } from "@/features/session/password-form";
import { SignInPage } from "@/features/session/sign-in-page";
import { StepUpDialog } from "@/features/session/step-up-dialog";
import { sessionLost } from "@/lib/http";
import { sessionQuery } from "@/lib/queries";
import { stepUpAsked } from "@/lib/step-up";

import { router } from "./router";
import { useLiveData } from "./use-live-data";

/** Nothing of the shell is drawn for a stranger; signing in happens in place, so the URL is kept. */
export function SessionGate() {
  const client = useQueryClient();
  const session = useQuery(sessionQuery);
  const [ended, setEnded] = useState(false);
  const signedIn = Boolean(session.data && !session.data.must_change_password);

  useEffect(
    () =>
      sessionLost.subscribe(() => {
        // Several calls may be refused at once; only the first meets a session.
        if (client.getQueryData(sessionQuery.queryKey)) setEnded(true);
        stepUpAsked.get()?.answer(false);
        client.setQueryData(sessionQuery.queryKey, null);
      }),
    [client],
  );
  useEffect(() => {
    if (signedIn) setEnded(false);
  }, [signedIn]);
  useLiveData(signedIn);

  if (session.data) {
    if (session.data.must_change_password) return <MustChangePasswordPage />;
    return (
      <>
        <RouterProvider router={router} key={session.data.user.id} />
        <StepUpDialog />
      </>
    );
  }
  if (session.data === null) return <SignInPage ended={ended} />;
  if (session.error) return <Failed error={session.error} onRetry={() => void session.refetch()} />;
  return null;
}
