import { keepPreviousData, queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { components, paths } from "@/api/schema";
import type { DeviceState } from "@/lib/api-types";
import { api, unwrap } from "@/lib/http";

type Body<Path extends keyof paths, Method extends "post" | "patch"> = paths[Path] extends Record<
  Method,
  { requestBody: { content: { "application/json": infer T } } }
>
  ? T
  : never;

export type DeviceNew = Body<"/devices", "post">;
export type DeviceUpdate = Body<"/devices/{device_id}", "patch">;
export type InventoryNew = Body<"/devices/{device_id}/inventory", "post">;
export type InventoryRead = components["schemas"]["DeviceInventoryRead"];
export type SiteNew = Body<"/sites", "post">;
export type SiteUpdate = Body<"/sites/{site_id}", "patch">;
export type ContactNew = Body<"/contacts", "post">;
export type ContactUpdate = Body<"/contacts/{contact_id}", "patch">;
export type Succession = Body<"/units/{unit_id}/succession", "post">;
export type RoleNew = Body<"/units/{unit_id}/roles", "post">;

const PAGE = 100;

export const unitQuery = (id: number, asOf: string | undefined) =>
  queryOptions({
    queryKey: ["units", "detail", id, asOf ?? null],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/units/{unit_id}", { params: { path: { unit_id: id }, query: { as_of: asOf } }, signal })),
  });

const paged = {
  initialPageParam: undefined as string | undefined,
  placeholderData: keepPreviousData,
  getNextPageParam: (page: { next: string | null }) => page.next ?? undefined,
};

export function useDevices(unit: number, q: string | undefined, state: DeviceState | undefined) {
  return useInfiniteQuery({
    ...paged,
    queryKey: ["devices", unit, q ?? "", state ?? null],
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/devices", { params: { query: { unit, q, state, cursor: pageParam, limit: PAGE } }, signal })),
  });
}

export function useSites(unit: number) {
  return useInfiniteQuery({
    ...paged,
    queryKey: ["sites", unit],
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/sites", { params: { query: { unit, cursor: pageParam, limit: PAGE } }, signal })),
  });
}

export function useContacts(unit: number) {
  return useInfiniteQuery({
    ...paged,
    queryKey: ["contacts", unit],
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/contacts", { params: { query: { unit, cursor: pageParam, limit: PAGE } }, signal })),
  });
}

export function useRanges(unit: number) {
  return useInfiniteQuery({
    ...paged,
    queryKey: ["address-ranges", unit],
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/address-ranges", { params: { query: { unit, cursor: pageParam, limit: PAGE } }, signal })),
  });
}

function useRefresh() {
  const client = useQueryClient();
  return () => {
    for (const noun of ["units", "devices", "sites", "contacts", "address-ranges", "duties", "today"]) {
      void client.invalidateQueries({ queryKey: [noun] });
    }
  };
}

export function useDeviceInventory(id: number) {
  return useQuery({
    queryKey: ["devices", "inventory", id],
    queryFn: ({ signal }) => unwrap(api.GET("/devices/{device_id}/inventory", { params: { path: { device_id: id } }, signal })),
  });
}

/** A preview; with `confirm` it is taken, and what advisories say of the device is asked anew. */
export function useHandIn(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: InventoryNew) => unwrap(api.POST("/devices/{device_id}/inventory", { params: { path: { device_id: id } }, body })),
    onSuccess: ({ taken }) => {
      if (!taken) return;
      for (const noun of ["devices", "advisories", "machines"]) void client.invalidateQueries({ queryKey: [noun] });
    },
  });
}

export function useAddDevice() {
  const refresh = useRefresh();
  return useMutation({ mutationFn: (body: DeviceNew) => unwrap(api.POST("/devices", { body })), onSuccess: refresh });
}

export function useUpdateDevice(id: number) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: DeviceUpdate) => unwrap(api.PATCH("/devices/{device_id}", { params: { path: { device_id: id } }, body })),
    onSuccess: refresh,
  });
}

export function useAddSite() {
  const refresh = useRefresh();
  return useMutation({ mutationFn: (body: SiteNew) => unwrap(api.POST("/sites", { body })), onSuccess: refresh });
}

export function useUpdateSite(id: number) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: SiteUpdate) => unwrap(api.PATCH("/sites/{site_id}", { params: { path: { site_id: id } }, body })),
    onSuccess: refresh,
  });
}

export function useAddContact() {
  const refresh = useRefresh();
  return useMutation({ mutationFn: (body: ContactNew) => unwrap(api.POST("/contacts", { body })), onSuccess: refresh });
}

export function useUpdateContact(id: number) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: ContactUpdate) => unwrap(api.PATCH("/contacts/{contact_id}", { params: { path: { contact_id: id } }, body })),
    onSuccess: refresh,
  });
}

export function useAddRange() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: { unit: number; range: string; purpose: string }) => unwrap(api.POST("/address-ranges", { body })),
    onSuccess: refresh,
  });
}

export function useRemoveRange() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (id: number) => unwrap(api.DELETE("/address-ranges/{address_range_id}", { params: { path: { address_range_id: id } } })),
    onSuccess: refresh,
  });
}

export function useAssignRole(unit: number) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: RoleNew) => unwrap(api.POST("/units/{unit_id}/roles", { params: { path: { unit_id: unit } }, body })),
    onSuccess: refresh,
  });
}

export function useEndRole() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ id, valid_to }: { id: number; valid_to: string }) =>
      unwrap(api.PATCH("/unit-roles/{unit_role_id}", { params: { path: { unit_role_id: id } }, body: { valid_to } })),
    onSuccess: refresh,
  });
}

export function useSucceed(unit: number) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: Succession) => unwrap(api.POST("/units/{unit_id}/succession", { params: { path: { unit_id: unit } }, body })),
    onSuccess: refresh,
  });
}
