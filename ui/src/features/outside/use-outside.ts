import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { OutsideRequestNew, OutsideRequestState, ReceiverNew } from "@/lib/api-types";
import { api, unwrap } from "@/lib/http";

const PAGE = 50;

export const packageAddress = (id: number) => `/api/v1/evidence-packages/${id}/file`;
export const logAddress = (language: string) => `/api/v1/outside-request-log?language=${language}`;

export function useOutsideRequests(filter: { unit?: number; state?: OutsideRequestState; q?: string }) {
  return useInfiniteQuery({
    queryKey: ["outside", "list", filter],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET("/outside-requests", { params: { query: { ...filter, limit: PAGE, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useOutsideRequest(id: number) {
  return useQuery({
    queryKey: ["outside", "detail", id],
    queryFn: ({ signal }) => unwrap(api.GET("/outside-requests/{outside_request_id}", { params: { path: { outside_request_id: id } }, signal })),
  });
}

export function useReceivers() {
  return useQuery({ queryKey: ["outside", "receivers"], queryFn: ({ signal }) => unwrap(api.GET("/receivers", { signal })) });
}

/** Files that were uploaded before, newest first. */
export function useKeptEvidence(q: string) {
  return useInfiniteQuery({
    queryKey: ["evidence", q],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET("/evidence", { params: { query: { ...(q ? { q } : {}), limit: PAGE, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

function useAct<T, R>(act: (value: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSuccess: () => client.invalidateQueries({ queryKey: ["outside"] }) });
}

const byRequest = (id: number) => ({ path: { outside_request_id: id } });
const byPackage = (id: number) => ({ path: { evidence_package_id: id } });

export const useAddReceiver = () => useAct((body: ReceiverNew) => unwrap(api.POST("/receivers", { body })));
export const useSetReceiver = (id: number) => useAct((body: { active: boolean }) => unwrap(api.PATCH("/receivers/{receiver_id}", { params: { path: { receiver_id: id } }, body })));
export const useRecordOutside = () =>
  useAct(({ receiver, ...body }: OutsideRequestNew & { receiver: number }) => unwrap(api.POST("/receivers/{receiver_id}/requests", { params: { path: { receiver_id: receiver } }, body })));
export const useSayOutside = (id: number) =>
  useAct((body: { word: "note" | "answered" | "closed"; words: string }) => unwrap(api.POST("/outside-requests/{outside_request_id}/lines", { params: byRequest(id), body })));
export const usePreparePackage = (id: number) =>
  useAct((body: { evidence: number[]; words: string }) => unwrap(api.POST("/outside-requests/{outside_request_id}/packages", { params: byRequest(id), body })));
export const useDecidePackage = (id: number) =>
  useAct((body: { approve: boolean; words?: string }) => unwrap(api.POST("/evidence-packages/{evidence_package_id}/decision", { params: byPackage(id), body })));
export const useReceipt = (id: number) =>
  useAct((body: { receipt: string; received_on: string }) => unwrap(api.POST("/evidence-packages/{evidence_package_id}/receipt", { params: byPackage(id), body })));
