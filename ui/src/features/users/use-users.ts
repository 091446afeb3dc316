import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { Role } from "@/lib/api-types";
import { api, unwrap } from "@/lib/http";

const USERS = ["users"];

export interface UserDraft {
  username: string;
  name: string;
  role: Role;
  scope: number[];
}

export function useUsers() {
  return useQuery({ queryKey: USERS, queryFn: ({ signal }) => unwrap(api.GET("/users", { signal })) });
}

export function useCreateUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: UserDraft) => unwrap(api.POST("/users", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: USERS }),
  });
}

export function useUpdateUser(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { name?: string; role?: Role; scope?: number[]; disabled?: boolean }) =>
      unwrap(api.PATCH("/users/{user_id}", { params: { path: { user_id: id } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: USERS }),
  });
}

export function useResetPassword(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/users/{user_id}/password", { params: { path: { user_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: USERS }),
  });
}
