import type { Role } from "@/lib/api-types";

/** The page each role meets first. */
export const HOME = {
  province_admin: "/tong-quan",
  soc_operator: "/phat-hien",
  unit_officer: "/hom-nay",
  leader: "/tong-quan",
  inspector: "/nghia-vu",
} as const satisfies Record<Role, string>;
