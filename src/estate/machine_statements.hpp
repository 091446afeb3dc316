#pragma once

#include "khien/estate/scope_sql.hpp"
#include "khien/store/connection.hpp"
#include "machine_health.hpp"

namespace khien::estate {

// ?1 tenant, ?2 roots, ?3 and ?4 as in KHIEN_HEALTH_RANK, ?5 rank or -1, ?6 to ?9
// words, ?10 to ?12 the last row's rank, name and id, ?13 the limit.

// Only what the index machine_by_unit holds, so that ranking 30,000 machines
// reads no row; words need the rows.
#define KHIEN_RANKED_MACHINES                                                              \
  "(SELECT m.id AS id, m.hostname_order AS name, " KHIEN_HEALTH_RANK " AS rank FROM machine m " \
  "WHERE m.tenant_id = ?1 AND m.unit_id IN " KHIEN_UNITS_IN_SCOPE
#define KHIEN_MACHINE_HAS_WORD(word)                                       \
  " AND (" word " = '' OR instr(m.search_key, " word ") > 0 OR m.unit_id IN " \
  "(SELECT u.id FROM unit u WHERE u.tenant_id = ?1 AND instr(u.name_folded, " word ") > 0))"
#define KHIEN_RANKED_MACHINES_BY_WORDS \
  KHIEN_RANKED_MACHINES                \
  KHIEN_MACHINE_HAS_WORD("?6") KHIEN_MACHINE_HAS_WORD("?7") KHIEN_MACHINE_HAS_WORD("?8") KHIEN_MACHINE_HAS_WORD("?9")
#define KHIEN_OF_RANK ") WHERE (?5 < 0 OR rank = ?5)"
#define KHIEN_BEHIND " AND (rank, name, id) > (?10, ?11, ?12) ORDER BY rank, name, id LIMIT ?13"

inline constexpr store::Sql kCountRanked = "SELECT count(*) FROM " KHIEN_RANKED_MACHINES KHIEN_OF_RANK;
inline constexpr store::Sql kCountRankedByWords =
    "SELECT count(*) FROM " KHIEN_RANKED_MACHINES_BY_WORDS KHIEN_OF_RANK;
inline constexpr store::Sql kRankedPage = "SELECT id, rank, name FROM " KHIEN_RANKED_MACHINES KHIEN_OF_RANK KHIEN_BEHIND;
inline constexpr store::Sql kRankedPageByWords =
    "SELECT id, rank, name FROM " KHIEN_RANKED_MACHINES_BY_WORDS KHIEN_OF_RANK KHIEN_BEHIND;

}  // namespace khien::estate
