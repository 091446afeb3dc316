#include <algorithm>
#include <limits>
#include <unordered_set>
#include <utility>
#include <vector>

#include "account_records.hpp"
#include "call.hpp"
#include "dto.hpp"
#include "khien/estate/units.hpp"
#include "khien/store/audit_log.hpp"
#include "problem.hpp"
#include "rules.hpp"

namespace khien::api {
namespace {

// A search looks through the log until it has this many; `total` says no more.
constexpr std::size_t kMostMatches = 1'000;
// Whoever sees a part of the tenant looks through this many of the newest entries.
constexpr std::size_t kMostFiltered = 20'000;

using Records = std::vector<store::AuditRecord>;

struct Page {
  Records items;
  std::int64_t total = 0;
  std::optional<std::string> next;
};

// Cuts the page off at `limit`; one more was read to know whether there is a next.
void cut(Page& page, std::size_t limit) {
  if (page.items.size() <= limit) return;
  page.items.resize(limit);
  page.next = std::to_string(page.items.back().index);
}

Result<bool> sees_whole_tenant(const Call& call, store::Connection& connection) {
  TRY(const auto root, estate::root_unit(connection, call.who->tenant()));
  const auto& roots = call.scope().roots();
  return std::ranges::find(roots, root) != roots.end();
}

// The log is one tree a tenant; a part of the tenant sees what its own people did.
Result<Page> page_of_own(const Call& call, store::Connection& connection, std::int64_t before) {
  TRY(const auto units, units_in_scope(connection, call.scope()));
  TRY(const auto accounts, accounts_in_scope(connection, call.scope(), units));
  std::unordered_set<std::string> names;
  for (const auto& account : accounts) names.insert(account.username);
  constexpr auto kAll = std::numeric_limits<std::int64_t>::max();
  Page page;
  TRY(page.items,
      store::read_audit_before(connection, call.who->tenant(), kAll, kMostFiltered, call.query_text("q")));
  std::erase_if(page.items, [&](const store::AuditRecord& record) { return !names.contains(record.entry.who); });
  page.total = static_cast<std::int64_t>(page.items.size());
  std::erase_if(page.items, [&](const store::AuditRecord& record) { return record.index >= before; });
  cut(page, call.query_limit());
  return page;
}

Result<Page> page_of(const Call& call, store::Connection& connection, std::int64_t before) {
  TRY(const bool whole, sees_whole_tenant(call, connection));
  if (!whole) return page_of_own(call, connection, before);
  const auto words = call.query_text("q");
  const auto tenant = call.who->tenant();
  Page page;
  if (words.empty()) {
    TRY(page.items, store::read_audit_before(connection, tenant, before, call.query_limit() + 1));
    TRY(page.total, store::audit_size(connection, tenant));
  } else {
    constexpr auto kAll = std::numeric_limits<std::int64_t>::max();
    TRY(auto matches, store::read_audit_before(connection, tenant, kAll, kMostMatches, words));
    page.total = static_cast<std::int64_t>(matches.size());
    std::erase_if(matches, [&](const store::AuditRecord& record) { return record.index >= before; });
    page.items = std::move(matches);
  }
  cut(page, call.query_limit());
  return page;
}

void write_entry(JsonWriter& json, const store::AuditRecord& record) {
  const auto& entry = record.entry;
  json.begin_object().field("index", record.index).field("at", entry.at).field("who", entry.who);
  json.field("action", entry.action).field("object", entry.object).field("detail", entry.detail);
  json.field("address", entry.address).field("leaf_hash", record.leaf_hash.hex()).end_object();
}

// The index that the page before ended at; none if the cursor is not ours.
std::optional<std::int64_t> before_of(std::string_view cursor) {
  if (cursor.empty()) return std::numeric_limits<std::int64_t>::max();
  const auto before = integer_from(cursor);
  return before && *before >= 0 && std::to_string(*before) == cursor ? before : std::nullopt;
}

}  // namespace

namespace route {

Reply list_audit(Call& call) {
  const auto before = before_of(call.query_text("cursor"));
  if (!before) return invalid("cursor");
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto page, page_of(call, connection, *before));
    TRY(const auto root, store::audit_root(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& record : page.items) write_entry(json, record);
    json.end_array();
    write_next(json, page.total, page.next);
    json.field("root_hash", root.hex()).end_object();
    return call.json(json);
  });
}

Reply verify_audit(Call& call) {
  store::AuditVerification found;
  auto reply = call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(found, store::verify_audit(connection, call.who->tenant(), call.services.audit_public_key));
    JsonWriter json;
    json.begin_object().field("ok", found.ok).field("entries", found.entries);
    json.field("checkpoints", found.checkpoints).field("root_hash", found.root.hex()).key("first_bad_index");
    if (found.first_bad_index) {
      json.integer(*found.first_bad_index);
    } else {
      json.null();
    }
    json.end_object();
    return call.json(json);
  });
  if (reply.status >= 400) return reply;
  // That somebody looked, and what they were told, belongs into the log too.
  const auto noted = call.services.hub.write([&](store::Connection& connection) {
    return call.audit(connection, "audit.verify", "audit", found.ok ? "whole" : "damaged");
  });
  if (!noted) return refusal(noted.error());
  return reply;
}

}  // namespace route
}  // namespace khien::api
