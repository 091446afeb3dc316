#pragma once

#include "khien/estate/scope_sql.hpp"
#include "khien/store/connection.hpp"
#include "machine_health.hpp"

namespace khien::estate {

// ?1 tenant, ?2 roots, ?3 and ?4 as in KHIEN_HEALTH_RANK, ?5 rank or -1, ?6 to ?9
// words, ?10 system or empty, ?11 kind or empty, ?12 not updated or -1, ?13 the moment
// before which content is old, ?14 to ?16 the last row's rank, name and id, ?17 the limit.

// Only what the index machine_by_unit holds, so that ranking 30,000 machines
// reads no row; words need the rows.
#define KHIEN_RANKED_MACHINES                                                              \
  "(SELECT m.id AS id, m.hostname_order AS name, " KHIEN_HEALTH_RANK " AS rank FROM machine m " \
  "WHERE m.tenant_id = ?1 AND m.stand_in = 0 AND m.unit_id IN " KHIEN_UNITS_IN_SCOPE
#define KHIEN_MACHINE_HAS_WORD(word)                                       \
  " AND (" word " = '' OR instr(m.search_key, " word ") > 0 OR m.unit_id IN " \
  "(SELECT u.id FROM unit u WHERE u.tenant_id = ?1 AND instr(u.name_folded, " word ") > 0))"
#define KHIEN_MACHINE_HAS_WORDS \
  KHIEN_MACHINE_HAS_WORD("?6") KHIEN_MACHINE_HAS_WORD("?7") KHIEN_MACHINE_HAS_WORD("?8") KHIEN_MACHINE_HAS_WORD("?9")
// The line that was made for a machine says nothing of it. A list of devices has kinds
// that no agent runs on; those are other machines here.
#define KHIEN_MACHINE_KIND                                                                                      \
  "ifnull((SELECT CASE WHEN d.matched_by = 'agent' THEN 'unlisted' WHEN d.kind IN ('workstation', 'server') "  \
  "THEN d.kind ELSE 'other' END FROM device d WHERE d.tenant_id = m.tenant_id AND d.machine_id = m.id), 'unlisted')"
// As kContentOld says; ?13 is `now` less that.
#define KHIEN_MACHINE_NOT_UPDATED \
  "(m.content_updated_at IS NULL OR m.content_updated_at <= coalesce(m.sample_at - 1296000000, ?13))"
static_assert(kContentOld.ms == 1'296'000'000);
#define KHIEN_RANKED_MACHINES_BY_ROWS                                        \
  KHIEN_RANKED_MACHINES KHIEN_MACHINE_HAS_WORDS                              \
  " AND (?10 = '' OR m.os_name = ?10) AND (?11 = '' OR " KHIEN_MACHINE_KIND \
  " = ?11) AND (?12 < 0 OR (m.revoked_at IS NULL AND " KHIEN_MACHINE_NOT_UPDATED " = ?12))"
#define KHIEN_OF_RANK ") WHERE (?5 < 0 OR rank = ?5)"
#define KHIEN_BEHIND " AND (rank, name, id) > (?14, ?15, ?16) ORDER BY rank, name, id LIMIT ?17"

inline constexpr store::Sql kCountRanked = "SELECT count(*) FROM " KHIEN_RANKED_MACHINES KHIEN_OF_RANK;
inline constexpr store::Sql kCountRankedByRows =
    "SELECT count(*) FROM " KHIEN_RANKED_MACHINES_BY_ROWS KHIEN_OF_RANK;
inline constexpr store::Sql kRankedPage = "SELECT id, rank, name FROM " KHIEN_RANKED_MACHINES KHIEN_OF_RANK KHIEN_BEHIND;
inline constexpr store::Sql kRankedPageByRows =
    "SELECT id, rank, name FROM " KHIEN_RANKED_MACHINES_BY_ROWS KHIEN_OF_RANK KHIEN_BEHIND;

}  // namespace khien::estate
