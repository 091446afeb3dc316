import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";

import type { AdvisoryDecisionNew, AdvisoryDetail, AdvisoryKind, AdvisorySettingsNew, LetterConfirmation, LetterNew, PatchState, Severity } from "@/lib/api-types";
import { api, unwrap } from "@/lib/http";

import type { AdvisoryView } from "./advisory-search";

export interface AdvisoryFilter {
  unit?: number;
  q?: string;
  view: AdvisoryView;
  kind?: AdvisoryKind;
  severity?: Severity[];
}

const PAGE = 200;
// Machines carry packages and proof: a page of them is long enough to scroll through.
const MACHINES = 25;
const RUNNING_POLL_MS = 5_000;

const detailKey = (id: number, unit?: number) => ["advisories", "detail", id, unit ?? null];

export function useAdvisories(filter: AdvisoryFilter) {
  return useInfiniteQuery({
    queryKey: ["advisories", "list", filter],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET("/advisories", { params: { query: { ...filter, limit: PAGE, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useAdvisory(id: number, unit?: number) {
  return useQuery({
    queryKey: detailKey(id, unit),
    queryFn: ({ signal }) => unwrap(api.GET("/advisories/{advisory_id}", { params: { path: { advisory_id: id }, query: { unit } }, signal })),
  });
}

export function useAdvisoryMachines(id: number, unit: number | undefined, state: PatchState | undefined) {
  return useInfiniteQuery({
    queryKey: ["advisories", "machines", id, unit ?? null, state ?? null],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/advisories/{advisory_id}/machines", {
          params: { path: { advisory_id: id }, query: { unit, state, limit: MACHINES, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** An act changes more than its answer: counts, machines, what is due today. */
function refresh(client: QueryClient) {
  for (const queryKey of [["advisories"], ["overview"], ["today"]]) void client.invalidateQueries({ queryKey });
}

function useAct<T>(act: (value: T) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSuccess: () => refresh(client) });
}

export function useAcknowledge({ advisory: { id } }: AdvisoryDetail) {
  return useAct((body: { unit: number; note?: string }) =>
    unwrap(api.POST("/advisories/{advisory_id}/acknowledgement", { params: { path: { advisory_id: id } }, body })),
  );
}

export function useRemind({ advisory: { id } }: AdvisoryDetail) {
  return useAct((units: number[]) =>
    unwrap(api.POST("/advisories/{advisory_id}/reminder", { params: { path: { advisory_id: id } }, body: { units } })),
  );
}

export function useDecide(id: number) {
  return useAct((body: AdvisoryDecisionNew) => unwrap(api.POST("/advisories/{advisory_id}/decisions", { params: { path: { advisory_id: id } }, body })));
}

export function useEndDecision(id: number) {
  return useAct(() => unwrap(api.DELETE("/advisory-decisions/{advisory_decision_id}", { params: { path: { advisory_decision_id: id } } })));
}

export function useFeeds() {
  return useQuery({
    queryKey: ["advisories", "feeds"],
    queryFn: ({ signal }) => unwrap(api.GET("/advisory-feeds", { signal })),
    refetchInterval: ({ state }) => (state.data?.running ? RUNNING_POLL_MS : false),
  });
}

export function useAdvisorySettings() {
  return useQuery({
    queryKey: ["advisories", "settings"],
    queryFn: ({ signal }) => unwrap(api.GET("/advisory-settings", { signal })),
  });
}

export function useSetAdvisorySettings() {
  return useAct((body: AdvisorySettingsNew) => unwrap(api.PUT("/advisory-settings", { body })));
}

export function useLetters() {
  return useQuery({ queryKey: ["letters", "list"], queryFn: ({ signal }) => unwrap(api.GET("/letters", { signal })) });
}

const letterKey = (id: number) => ["letters", "detail", id];

export function useLetter(id: number) {
  return useQuery({
    queryKey: letterKey(id),
    queryFn: ({ signal }) => unwrap(api.GET("/letters/{letter_id}", { params: { path: { letter_id: id } }, signal })),
    // What a person is correcting must not change below the hands.
    staleTime: Infinity,
  });
}

export function useCreateLetter() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: LetterNew) => unwrap(api.POST("/letters", { body })),
    onSuccess: (detail) => {
      client.setQueryData(letterKey(detail.letter.id), detail);
      void client.invalidateQueries({ queryKey: ["letters", "list"] });
    },
  });
}

export function useConfirmLetter(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: LetterConfirmation) => unwrap(api.POST("/letters/{letter_id}/confirm", { params: { path: { letter_id: id } }, body })),
    onSuccess: (detail) => {
      client.setQueryData(letterKey(id), detail);
      void client.invalidateQueries({ queryKey: ["letters", "list"] });
      refresh(client);
    },
  });
}

export function useDiscardLetter(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/letters/{letter_id}", { params: { path: { letter_id: id } } })),
    onSuccess: () => {
      client.removeQueries({ queryKey: letterKey(id) });
      void client.invalidateQueries({ queryKey: ["letters", "list"] });
    },
  });
}

export const SOFTWARE_VIEWS = ["followed", "vulnerable", "all"] as const;
export type SoftwareView = (typeof SOFTWARE_VIEWS)[number];

export function useSoftware(machine: number, view: SoftwareView, q: string) {
  return useInfiniteQuery({
    queryKey: ["machines", "software", machine, view, q],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/machines/{machine_id}/software", {
          params: { path: { machine_id: machine }, query: { view, q: q || undefined, limit: PAGE, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}
