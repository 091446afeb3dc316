#pragma once

#include <cstdint>

#include "khien/estate/scope_sql.hpp"
#include "khien/model/asset.hpp"
#include "khien/store/connection.hpp"

namespace khien::flow {

// The pieces that the statements below are made of. ?1 tenant, ?2 roots, ?3 the
// asset as number_of() says it, or 0, ?4 the one who asks, ?5 severities and judges as bits, ?6 to ?9 words, ?10 to
// ?12 the last row's severity, time and id, ?13 the limit, ?14 rule or empty.
#define KHIEN_OPEN " AND f.state IN ('new', 'in_progress')"
#define KHIEN_MATCHES " AND (?3 = 0 OR f.machine_id = ?3 OR f.site_id = -?3) AND ((1 << f.severity) & ?5) <> 0"
// The machines and sites that have the word are gathered once, not asked for at each row.
#define KHIEN_ASSETS_WITH(word, table, a)                                                            \
  "(SELECT " a ".id FROM " table " " a " JOIN unit u ON u.tenant_id = " a ".tenant_id AND u.id = " a ".unit_id " \
  "WHERE " a ".tenant_id = ?1 AND (instr(" a ".search_key, " word ") > 0 OR instr(u.name_folded, " word ") > 0))"
#define KHIEN_WORD(word)                                                         \
  " AND (" word " = '' OR instr(f.search_key, " word ") > 0 OR f.machine_id IN " \
  KHIEN_ASSETS_WITH(word, "machine", "m") " OR f.site_id IN " KHIEN_ASSETS_WITH(word, "site", "s") ")"
#define KHIEN_WORDS KHIEN_WORD("?6") KHIEN_WORD("?7") KHIEN_WORD("?8") KHIEN_WORD("?9")
// What needs the rows: words, and a rule by its whole name.
#define KHIEN_WORDS_AND_RULE KHIEN_WORDS " AND (?14 = '' OR f.rule = ?14)"
#define KHIEN_WORST_FIRST                            \
  " AND (f.severity, f.opened_at, f.id) < (?10, ?11, ?12)" \
  " ORDER BY f.severity DESC, f.opened_at DESC, f.id DESC LIMIT ?13"
#define KHIEN_NEWEST_FIRST " AND (f.opened_at, f.id) < (?11, ?12) ORDER BY f.opened_at DESC, f.id DESC LIMIT ?13"
#define KHIEN_BY_UNIT " AND f.unit_id IN " KHIEN_UNITS_IN_SCOPE
#define KHIEN_IF_IN_SCOPE " AND " KHIEN_IN_SCOPE("f.unit_id")

#define KHIEN_PAGE(index, where, order)                                                              \
  "SELECT f.id, f.severity, f.opened_at FROM finding f INDEXED BY " index " WHERE f.tenant_id = ?1" where \
      KHIEN_MATCHES order
#define KHIEN_COUNT(index, where, words) \
  "SELECT count(*) FROM finding f INDEXED BY " index " WHERE f.tenant_id = ?1" where KHIEN_MATCHES words

// One way to reach the findings of a list: an index and what it is asked. Words and
// a rule are looked for in statements of their own, for they need the rows.
struct Way {
  store::Sql page;
  store::Sql page_by_words;
  store::Sql count;
  store::Sql count_by_words;
};
#define KHIEN_WAY(index, where, order)                                                     \
  {KHIEN_PAGE(index, where, order), KHIEN_PAGE(index, where KHIEN_WORDS_AND_RULE, order),  \
   KHIEN_COUNT(index, where, ""), KHIEN_COUNT(index, where, KHIEN_WORDS_AND_RULE)}

inline constexpr Way kOpenWalk = KHIEN_WAY("finding_open", KHIEN_OPEN KHIEN_IF_IN_SCOPE, KHIEN_WORST_FIRST);
inline constexpr Way kOpenOfUnits = KHIEN_WAY("finding_open_by_unit", KHIEN_OPEN KHIEN_BY_UNIT, KHIEN_WORST_FIRST);
// Only an asset's lists are asked for one judge: their index has it.
#define KHIEN_OF_JUDGE                                                                              \
  " AND (CASE f.judge WHEN 'scan' THEN 256 WHEN 'watch' THEN 512 WHEN 'advisory' THEN 1024 "         \
  "WHEN 'detect' THEN 2048 ELSE 4096 END & ?5) <> 0"
inline constexpr std::int64_t kFirstJudgeBit = 256;
inline constexpr std::int64_t kEveryJudge = 256 + 512 + 1024 + 2048 + 4096;

inline constexpr Way kOpenOfMachine =
    KHIEN_WAY("finding_open_by_machine", " AND f.machine_id = ?3" KHIEN_OF_JUDGE KHIEN_OPEN KHIEN_IF_IN_SCOPE, KHIEN_WORST_FIRST);
inline constexpr Way kOpenOfSite =
    KHIEN_WAY("finding_open_by_site", " AND f.site_id = -?3" KHIEN_OF_JUDGE KHIEN_OPEN KHIEN_IF_IN_SCOPE, KHIEN_WORST_FIRST);
inline constexpr Way kMine =
    KHIEN_WAY("finding_open_by_owner", " AND f.owner_id = ?4" KHIEN_OPEN KHIEN_IF_IN_SCOPE, KHIEN_WORST_FIRST);
inline constexpr Way kAllWalk = KHIEN_WAY("finding_newest", KHIEN_IF_IN_SCOPE, KHIEN_NEWEST_FIRST);
inline constexpr Way kAllOfUnits = KHIEN_WAY("finding_by_unit", KHIEN_BY_UNIT, KHIEN_NEWEST_FIRST);
inline constexpr Way kAllOfMachine =
    KHIEN_WAY("finding_by_machine", " AND f.machine_id = ?3" KHIEN_OF_JUDGE KHIEN_IF_IN_SCOPE, KHIEN_NEWEST_FIRST);
inline constexpr Way kAllOfSite =
    KHIEN_WAY("finding_by_site", " AND f.site_id = -?3" KHIEN_OF_JUDGE KHIEN_IF_IN_SCOPE, KHIEN_NEWEST_FIRST);

// A machine's number as it is, a site's below 0: one value to bind for either.
constexpr std::int64_t number_of(AssetId asset) { return asset.kind == AssetId::Kind::site ? -asset.value : asset.value; }

// Findings by their rule, with the conditions of the lists above; ?10 the limit.
#define KHIEN_GROUPS(where)                                                                                      \
  "SELECT f.judge, f.rule, max(f.severity), count(*), count(DISTINCT f.machine_id) + count(DISTINCT f.site_id), count(DISTINCT f.unit_id), " \
  "min(f.first_seen), max(f.last_seen) FROM finding f WHERE f.tenant_id = ?1" KHIEN_BY_UNIT KHIEN_MATCHES        \
      KHIEN_OF_JUDGE KHIEN_WORDS where                                                                           \
  " GROUP BY f.judge, f.rule ORDER BY 3 DESC, 5 DESC, 2 LIMIT ?10"
inline constexpr store::Sql kGroupsOpen = KHIEN_GROUPS(KHIEN_OPEN);
inline constexpr store::Sql kGroupsMine = KHIEN_GROUPS(KHIEN_OPEN " AND f.owner_id = ?4");
inline constexpr store::Sql kGroupsAll = KHIEN_GROUPS("");

}  // namespace khien::flow
