#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "khien/duty/catalogues.hpp"
#include "khien/notice/cause.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::notice {

// What happened since the marks that are kept, which move on. Each table is asked once, for a
// bounded number of rows; `more`: there were more. Joins the caller's transaction.
struct Causes {
  std::vector<Cause> all;
  bool more = false;
};
// A table's mark: an id, Unix ms or a day. `set_mark` may lower it.
Result<std::optional<std::int64_t>> mark_of(store::Connection& connection, TenantId tenant, std::string_view source);
Result<void> set_mark(store::Connection& connection, TenantId tenant, std::string_view source, std::int64_t position);

Result<void> read_malware(store::Connection& connection, TenantId tenant, Timestamp now, Causes& into);
Result<void> read_site_cases(store::Connection& connection, TenantId tenant, Timestamp now, Causes& into);
Result<void> read_advisories(store::Connection& connection, TenantId tenant, Timestamp now, Causes& into);

// Opened, given to somebody, and clocks that were carried up.
Result<void> read_incidents(store::Connection& connection, TenantId tenant, Timestamp now, Causes& into);
// Addresses that a unit was sent, or that came back.
Result<void> read_botnet_cases(store::Connection& connection, TenantId tenant, Timestamp now, Causes& into);
// What units are asked and reminded of, and help that was asked for and given.
Result<void> read_requests(store::Connection& connection, TenantId tenant, Timestamp now, Causes& into);
Result<void> read_help(store::Connection& connection, TenantId tenant, Timestamp now, Causes& into);
// Test calls that wait for an answer.
Result<void> read_calls(store::Connection& connection, TenantId tenant, Timestamp now, Causes& into);

// What duties are due soon or overdue since yesterday, and holiday windows that begin within a week with
// nobody on duty at some minute. Once a day, from seven in the morning:
// states change with days. Only reads; `mark_duties` says that it was done.
Result<std::vector<Cause>> read_duties(store::Connection& connection, const store::TenantScope& whole,
                                       const std::shared_ptr<const duty::TenantLaw>& law, Timestamp now);
Result<void> mark_duties(store::Connection& connection, TenantId tenant, Timestamp now);

}  // namespace khien::notice
