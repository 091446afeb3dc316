#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/botnet/ids.hpp"
#include "khien/botnet/list_reader.hpp"
#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::botnet {

// A list becomes cases in two steps: a preview that changes nothing and names every row that is
// wrong, and a confirmation that does what the preview showed, all of it or nothing. A list is
// everybody's: all of this is Code::denied for whoever does not see the whole tenant.

struct NewList {
  std::string source;  // who made it; fold() of two decides whether they are the same
  Date listed_on;      // as of when it holds; not ahead
  bool complete = true;  // everything the source has of the tenant: what is not on it is gone
  std::string file_name;
  UserId by;           // {0}: the command line
};

// What confirming would do, or did.
struct ListReport {
  std::int64_t rows = 0, addresses = 0, duplicates = 0, problems_total = 0;
  std::int64_t fresh = 0;      // addresses that no list of the source named before
  std::int64_t again = 0;      // that are followed already
  std::int64_t recurring = 0;  // that were thought to be over
  std::int64_t missing = 0;    // followed, and not on this complete list
  std::int64_t delisting = 0;  // of them, for the second time
  std::int64_t unknown = 0;    // nobody's
  struct UnitShare {
    UnitId unit;
    std::string name;
    std::int64_t addresses = 0;
  };
  std::vector<UnitShare> units;  // whose they are, the most first; the first 200
  struct Sample {
    ListEntry entry;
    std::string_view what;       // "fresh", "again", "recurring"
    std::optional<UnitId> unit;  // none: nobody's
    std::string unit_name;
    std::string range;
  };
  std::vector<Sample> sample;    // the first 200 rows
  std::vector<ListProblem> problems;
  std::vector<LocalText> notes;
};
// Schema BotnetListReport.
std::string to_json(const ListReport& report);

struct ListRecord {
  ListId id;
  std::string source;
  Date listed_on;
  bool complete = true;
  std::string file_name;
  std::string state;  // "previewed", "confirmed", "stale"
  std::int64_t rows = 0, addresses = 0, problems = 0;
  Timestamp created_at;
  UserId created_by;
  std::optional<Timestamp> confirmed_at;
  std::string report_json;  // of get_list() alone
};

struct Previewed {
  ListId id;
  ListReport report;
};
// A preview lives for a day; of one person's the newest five. Refused (duty::Refusal) for a day
// ahead, or without a source.
Result<Previewed> preview_list(store::Connection& connection, const store::TenantScope& scope, const NewList& list,
                               const ListReading& reading, Timestamp now);
// What became of it: "confirmed", or "stale" where ranges, cases or lists changed since, and
// nothing was done. A complete list is a look-up too. `lookup_days`: of the playbook.
Result<std::string> confirm_list(store::Connection& connection, const store::TenantScope& scope, ListId id, UserId who,
                                 int lookup_days, Timestamp now);
Result<void> discard_list(store::Connection& connection, const store::TenantScope& scope, ListId id);

Result<ListRecord> get_list(store::Connection& connection, const store::TenantScope& scope, ListId id);
struct ListPage {
  std::vector<ListRecord> items;  // that counted, newest first
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<ListPage> list_lists(store::Connection& connection, const store::TenantScope& scope, std::string_view cursor, std::size_t limit);
// Names of sources, the newest used first; at most 20.
Result<std::vector<std::string>> known_sources(store::Connection& connection, const store::TenantScope& scope);

// The whole tenant is in scope.
Result<bool> sees_whole_tenant(store::Connection& connection, const store::TenantScope& scope);

}  // namespace khien::botnet
