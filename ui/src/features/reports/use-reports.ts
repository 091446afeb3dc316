import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";

import type { ReportDetail, ReportFreeze, ReportNew, ReportSent, ReportState, ReportUpdate } from "@/lib/api-types";
import { base64Of } from "@/lib/file";
import { api, unwrap } from "@/lib/http";

const PAGE = 50;
const ROWS = 100;
const detailKey = (id: number) => ["reports", "detail", id];

export type FileFormat = "pdf" | "docx" | "xlsx" | "json";
export const FILE_FORMATS: readonly FileFormat[] = ["pdf", "docx", "xlsx", "json"];

export const fileAddress = (id: number, format: FileFormat) => `/api/v1/reports/${id}/file?format=${format}`;

export function useReportKinds() {
  return useQuery({
    queryKey: ["reports", "kinds"],
    queryFn: ({ signal }) => unwrap(api.GET("/report-kinds", { signal })),
    staleTime: Infinity,
  });
}

export function useReportCalendar(unit?: number) {
  return useQuery({
    queryKey: ["reports", "calendar", unit ?? null],
    queryFn: ({ signal }) => unwrap(api.GET("/report-calendar", { params: { query: { unit } }, signal })),
  });
}

export function useReports(filter: { unit?: number; state?: ReportState; kind?: string }) {
  return useInfiniteQuery({
    queryKey: ["reports", "list", filter],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET("/reports", { params: { query: { ...filter, limit: PAGE, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useReport(id: number) {
  return useQuery({
    queryKey: detailKey(id),
    queryFn: ({ signal }) => unwrap(api.GET("/reports/{report_id}", { params: { path: { report_id: id } }, signal })),
  });
}

export function useReportRows(id: number, figure: string, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: ["reports", "rows", id, figure],
    initialPageParam: undefined as string | undefined,
    enabled,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/reports/{report_id}/rows", { params: { path: { report_id: id }, query: { figure, limit: ROWS, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** A document proves duties: what is owed, today and the overview change with it. */
function keep(client: QueryClient, detail: ReportDetail) {
  client.setQueryData(detailKey(detail.report.id), detail);
  for (const queryKey of [["reports", "list"], ["reports", "calendar"], ["reports", "rows", detail.report.id], ["overview"], ["today"], ["duties"]]) void client.invalidateQueries({ queryKey });
}

function useAct<T>(act: (value: T) => Promise<ReportDetail>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSuccess: (detail) => keep(client, detail) });
}

export function useCreateReport() {
  return useAct((body: ReportNew) => unwrap(api.POST("/reports", { body })));
}

const byId = (id: number) => ({ path: { report_id: id } });

export function useUpdateReport(id: number) {
  return useAct((body: ReportUpdate) => unwrap(api.PATCH("/reports/{report_id}", { params: byId(id), body })));
}

export function useFreezeReport(id: number) {
  return useAct((body: ReportFreeze) => unwrap(api.POST("/reports/{report_id}/freeze", { params: byId(id), body })));
}

export function useSignedCopy(id: number) {
  return useAct(async (file: File) => unwrap(api.POST("/reports/{report_id}/signed-copy", { params: byId(id), body: { content: await base64Of(file) } })));
}

export function useRecordSent(id: number) {
  return useAct((body: ReportSent) => unwrap(api.POST("/reports/{report_id}/sent", { params: byId(id), body })));
}

export function useDiscardReport(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/reports/{report_id}", { params: byId(id) })),
    onSuccess: () => {
      for (const queryKey of [["reports", "list"], ["reports", "calendar"]]) void client.invalidateQueries({ queryKey });
    },
  });
}

export function useVerify() {
  return useMutation({
    mutationFn: async (file: File) => unwrap(api.POST("/verifications", { body: { file_name: file.name.normalize("NFC").slice(0, 200), content: await base64Of(file) } })),
  });
}
