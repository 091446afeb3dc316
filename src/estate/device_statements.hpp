#pragma once

#include "khien/estate/scope_sql.hpp"
#include "khien/store/connection.hpp"
#include "machine_health.hpp"

namespace khien::estate {

// Why row d, whose machine is row m (left join), is not protected: DeviceGap, 7
// for one that is protected, 8 for one that is retired. ?3 and ?4 as in
// KHIEN_HEALTH_RANK.
#define KHIEN_DEVICE_GAP                                                                               \
  "CASE WHEN d.retired_on IS NOT NULL THEN 8 WHEN m.id IS NULL THEN iif(d.known_unprotected = 1, 5, 6) " \
  "ELSE CASE " KHIEN_HEALTH_RANK " WHEN 4 THEN 7 WHEN 0 THEN 0 WHEN 1 THEN iif(m.engine_trouble = 1, 1, 2) " \
  "WHEN 3 THEN 3 ELSE 4 END END"
// The state that follows from it: DeviceState.
#define KHIEN_STATE_OF_GAP(gap) \
  "CASE " gap " WHEN 7 THEN 0 WHEN 8 THEN 3 WHEN 3 THEN 2 WHEN 4 THEN 2 WHEN 6 THEN 2 ELSE 1 END"

#define KHIEN_DEVICES_WITH_MACHINES \
  "device d LEFT JOIN machine m ON m.id = d.machine_id AND m.tenant_id = d.tenant_id AND m.revoked_at IS NULL "

// ?1 tenant, ?2 roots, ?5 the state asked for (-1: all but retired), ?6 to ?9
// words, ?10 the gap asked for (-1: with or without, -2: any), ?11 to ?13 the last
// row's rank, name and id, ?14 the limit.
#define KHIEN_DEVICE_HAS_WORD(word)                                        \
  " AND (" word " = '' OR instr(d.search_key, " word ") > 0 OR d.unit_id IN " \
  "(SELECT u.id FROM unit u WHERE u.tenant_id = ?1 AND instr(u.name_folded, " word ") > 0))"
#define KHIEN_DEVICES_OF_STATE                                                                              \
  "(SELECT id, name, gap, " KHIEN_STATE_OF_GAP("gap") " AS state FROM "                                     \
  "(SELECT d.id AS id, d.name_order AS name, " KHIEN_DEVICE_GAP " AS gap FROM " KHIEN_DEVICES_WITH_MACHINES  \
  "WHERE d.tenant_id = ?1 AND d.unit_id IN " KHIEN_UNITS_IN_SCOPE KHIEN_DEVICE_HAS_WORD("?6")                \
  KHIEN_DEVICE_HAS_WORD("?7") KHIEN_DEVICE_HAS_WORD("?8") KHIEN_DEVICE_HAS_WORD("?9")                         \
  ")) WHERE (state = ?5 OR (?5 < 0 AND state < 3)) AND (?10 = -1 OR gap = ?10 OR (?10 = -2 AND gap < 7))"

inline constexpr store::Sql kCountDevices = "SELECT count(*) FROM " KHIEN_DEVICES_OF_STATE;
// Unprotected first, then unknown, then protected; retired ones at the end.
#define KHIEN_STATE_RANK "CASE state WHEN 0 THEN 2 WHEN 1 THEN 0 WHEN 2 THEN 1 ELSE 3 END"
inline constexpr store::Sql kDevicePage = "SELECT id, name, " KHIEN_STATE_RANK
    " AS rank FROM " KHIEN_DEVICES_OF_STATE
    " AND (" KHIEN_STATE_RANK ", name, id) > (?11, ?12, ?13) ORDER BY rank, name, id LIMIT ?14";
// One row a unit and gap.
inline constexpr store::Sql kDeviceGapsByUnit =
    "SELECT d.unit_id, " KHIEN_DEVICE_GAP " AS gap, count(*) FROM " KHIEN_DEVICES_WITH_MACHINES
    "WHERE d.tenant_id = ?1 AND d.unit_id IN " KHIEN_UNITS_IN_SCOPE " GROUP BY d.unit_id, gap";

// The pairs of machine ?2, one a key that no other device and no other machine has,
// but for devices that a person said it is not:
// kind, device, how many, who has the device, by which kind of key. CROSS JOIN
// keeps the order of the tables: few keys first, never all devices of a tenant.
inline constexpr store::Sql kCandidates =
    "SELECT k.kind, min(dk.device_id), count(*), d.machine_id, coalesce(d.matched_by, '') FROM machine_key k "
    "CROSS JOIN device_key dk ON dk.tenant_id = k.tenant_id AND dk.kind = k.kind AND dk.key = k.key "
    "CROSS JOIN device d ON d.id = dk.device_id "
    "WHERE k.tenant_id = ?1 AND k.machine_id = ?2 AND NOT EXISTS "
    "(SELECT 1 FROM machine_key o WHERE o.tenant_id = k.tenant_id AND o.kind = k.kind AND o.key = k.key "
    " AND o.machine_id <> k.machine_id) "
    "GROUP BY k.kind, k.key HAVING count(*) = 1 AND max(EXISTS "
    "(SELECT 1 FROM device_parted p WHERE p.tenant_id = k.tenant_id AND p.device_id = dk.device_id "
    " AND p.machine_id = k.machine_id)) = 0";
// The machines that share a key with device ?2, but for machine ?3.
inline constexpr store::Sql kRivals =
    "SELECT mk.machine_id FROM device_key dk CROSS JOIN machine_key mk "
    "ON mk.tenant_id = dk.tenant_id AND mk.kind = dk.kind AND mk.key = dk.key "
    "WHERE dk.tenant_id = ?1 AND dk.device_id = ?2 AND mk.machine_id <> ?3";

}  // namespace khien::estate
