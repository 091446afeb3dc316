import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";

import type { Session } from "@/lib/api-types";
import { forgetDrafts } from "@/lib/draft";
import { api, unwrap } from "@/lib/http";
import { keepCsrf, sessionQuery } from "@/lib/queries";

function remember(client: QueryClient, session: Session) {
  client.setQueryData(sessionQuery.queryKey, keepCsrf(session));
}

export interface Credentials {
  username: string;
  password: string;
  totp?: string;
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Credentials) => unwrap(api.POST("/session", { body })),
    onSuccess: (session) => {
      // Whatever was cached belongs to whoever was here before.
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      remember(client, session);
    },
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/session")),
    onSuccess: () => {
      forgetDrafts();
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      client.setQueryData(sessionQuery.queryKey, null);
    },
  });
}

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { current: string; new: string }) => unwrap(api.PUT("/session/password", { body })),
    onSuccess: (session) => remember(client, session),
  });
}

export function useStepUp() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { password?: string; totp?: string }) => unwrap(api.POST("/session/step-up", { body })),
    onSuccess: (session) => remember(client, session),
  });
}

export function useBeginTotp() {
  return useMutation({ mutationFn: () => unwrap(api.POST("/session/totp")) });
}

export function useConfirmTotp() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (totp: string) => unwrap(api.PUT("/session/totp", { body: { totp } })),
    onSuccess: (session) => remember(client, session),
  });
}
