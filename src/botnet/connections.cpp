#include "khien/botnet/connections.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>

#include "case_writer.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/estate/units.hpp"
#include "owners.hpp"

namespace khien::botnet {
namespace {

constexpr std::size_t kMostOfCase = 200;
constexpr std::size_t kMostFileName = 200;  // bytes

struct OpenCase {
  CaseId id;
  UnitId unit;
  State state = State::new_;
  bool has_machine = false;
  std::vector<std::pair<Timestamp, std::optional<int>>> seen;  // when, and by which port it left
};

struct Sought {
  std::vector<OpenCase> cases;
  std::multimap<Address, std::size_t> by_controller;
  std::map<Address, std::vector<std::size_t>> by_address;
};

// Open ones of the unit and what is below it.
Result<std::map<CaseId, OpenCase>> load_cases(store::Connection& connection, TenantId tenant, UnitId unit) {
  std::map<CaseId, OpenCase> cases;
  TRY_VOID(connection.query("SELECT c.id, c.state, c.machine_id IS NOT NULL, c.unit_id FROM unit_ancestor a JOIN botnet_case c ON c.tenant_id = a.tenant_id "
                            "AND c.unit_id = a.unit_id WHERE a.tenant_id = ?1 AND a.ancestor_id = ?2 AND c.state <> 'delisted'",
                            {tenant, unit}, [&](const store::Row& row) -> Result<void> {
                              OpenCase one{.id = row.id<CaseTag>(0), .unit = row.id<UnitTag>(3), .has_machine = row.integer(2) != 0, .seen = {}};
                              TRY(one.state, state_from_string(row.text(1)));
                              cases.emplace(one.id, std::move(one));
                              return {};
                            }));
  return cases;
}

Result<Sought> load_sought(store::Connection& connection, TenantId tenant, UnitId unit) {
  Sought sought;
  std::map<CaseId, std::size_t> places;
  TRY_VOID(connection.query("SELECT c.id, c.address, c.state, c.machine_id IS NOT NULL, c.unit_id FROM unit_ancestor a JOIN botnet_case c ON c.tenant_id = a.tenant_id "
                            "AND c.unit_id = a.unit_id WHERE a.tenant_id = ?1 AND a.ancestor_id = ?2 AND c.state <> 'delisted'",
                            {tenant, unit}, [&](const store::Row& row) -> Result<void> {
                              OpenCase one{.id = row.id<CaseTag>(0), .unit = row.id<UnitTag>(4), .has_machine = row.integer(3) != 0, .seen = {}};
                              TRY(one.state, state_from_string(row.text(2)));
                              const auto address = address_from_bytes(row.bytes(1));
                              if (!address) return Error(Code::corrupt, "a case has no address");
                              places[one.id] = sought.cases.size();
                              sought.by_address[*address].push_back(sought.cases.size());
                              sought.cases.push_back(std::move(one));
                              return {};
                            }));
  std::set<std::pair<Address, std::size_t>> controllers;
  TRY_VOID(connection.query("SELECT DISTINCT c.id, e.controller, e.seen_at, e.port FROM unit_ancestor a JOIN botnet_case c ON c.tenant_id = a.tenant_id "
                            "AND c.unit_id = a.unit_id JOIN botnet_entry e ON e.tenant_id = c.tenant_id AND e.address = c.address "
                            "JOIN botnet_list l ON l.tenant_id = e.tenant_id AND l.id = e.list_id AND l.state = 'confirmed' AND l.source_key = c.source_key "
                            "WHERE a.tenant_id = ?1 AND a.ancestor_id = ?2 AND c.state <> 'delisted'",
                            {tenant, unit}, [&](const store::Row& row) -> Result<void> {
                              const auto place = places.at(row.id<CaseTag>(0));
                              if (!row.is_null(1)) {
                                const auto controller = address_from_bytes(row.bytes(1));
                                if (controller) controllers.insert({*controller, place});
                              }
                              if (row.is_null(2)) return {};
                              sought.cases[place].seen.emplace_back(row.time(2), row.is_null(3) ? std::nullopt : std::optional(static_cast<int>(row.integer(3))));
                              return {};
                            }));
  for (const auto& [controller, place] : controllers) sought.by_controller.emplace(controller, place);
  return sought;
}

struct Key {
  std::string_view matched;
  Address inside, outside;
  int port = 0;
  auto operator<=>(const Key&) const = default;
};
struct Kept {
  Timestamp first_at, last_at;
  std::int64_t times = 0;
};

class Matcher {
 public:
  Matcher(const Sought& sought, Duration window) : sought_(sought), window_(window), kept(sought.cases.size()) {}

  void take(const LogLine& line) {
    bool touches = false;
    const auto [from, to] = sought_.by_controller.equal_range(line.outside);
    for (auto at = from; at != to; ++at) {
      keep(at->second, "controller", line);
      touches = true;
    }
    if (line.translated && from == to) touches = left_by_listed(line) || touches;
    matched += touches ? 1 : 0;
  }

  std::int64_t matched = 0;

 private:
  bool left_by_listed(const LogLine& line) {
    const auto found = sought_.by_address.find(*line.translated);
    if (found == sought_.by_address.end()) return false;
    bool touches = false;
    for (const std::size_t place : found->second) {
      if (!std::ranges::any_of(sought_.cases[place].seen, [&](const auto& seen) { return fits(line, seen); })) continue;
      keep(place, "translated", line);
      touches = true;
    }
    return touches;
  }

  // Where both know the port it must be the same: hundreds leave by one address in a minute.
  bool fits(const LogLine& line, const std::pair<Timestamp, std::optional<int>>& seen) const {
    const auto apart = line.at.ms > seen.first.ms ? line.at - seen.first : seen.first - line.at;
    const bool same_port = !seen.second || !line.translated_port || *seen.second == *line.translated_port;
    return apart <= window_ && same_port;
  }

  void keep(std::size_t place, std::string_view matched_by, const LogLine& line) {
    auto& all = kept[place];
    const Key key{matched_by, line.inside, line.outside, line.outside_port.value_or(0)};
    auto found = all.find(key);
    if (found == all.end()) {
      if (all.size() == kMostOfCase) return;
      found = all.emplace(key, Kept{line.at, line.at, 0}).first;
    }
    auto& one = found->second;
    one.first_at = std::min(one.first_at, line.at);
    one.last_at = std::max(one.last_at, line.at);
    ++one.times;
  }

  const Sought& sought_;
  Duration window_;

 public:
  std::vector<std::map<Key, Kept>> kept;
};

struct Putting {
  store::Connection& connection;
  TenantId tenant;
  LogId log;
  const MachinesByAddress& machines;
};

// The machines that had been there, of lines to controlling servers.
Result<std::set<MachineId>> put_lines(const Putting& to, CaseId id, const std::map<Key, Kept>& lines, bool& ambiguous) {
  std::set<MachineId> found;
  std::int64_t number = 0;
  for (const auto& [key, kept] : lines) {
    // Whose it was in those days: addresses are handed out anew.
    const auto had = held_by(to.machines, key.inside, kept.first_at, kept.last_at);
    const auto count = static_cast<std::int64_t>(had.size());
    const auto machine = count == 1 ? store::Value(had.front()) : store::Value(nullptr);
    const auto port = key.port > 0 ? store::Value(key.port) : store::Value(nullptr);
    TRY_VOID(to.connection.run(
        "INSERT INTO botnet_connection (tenant_id, case_id, log_id, number, matched, inside, outside, port, first_at, last_at, times, machine_id, machines) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        {to.tenant, id, to.log, ++number, key.matched, key.inside.text(), key.outside.text(), port, kept.first_at, kept.last_at, kept.times, machine, count}));
    if (key.matched != "controller") continue;
    if (count == 1) found.insert(had.front());
    ambiguous = ambiguous || count != 1;
  }
  return found;
}

Result<bool> name_machine(const Putting& to, const OpenCase& one, const std::set<MachineId>& found, UserId who, Timestamp now) {
  TRY(const bool its_own, is_machine_of(to.connection, to.tenant, *found.begin(), one.unit));
  if (!its_own) return false;
  TRY_VOID(to.connection.run("UPDATE botnet_case SET machine_id = ?3 WHERE tenant_id = ?1 AND id = ?2", {to.tenant, one.id, *found.begin()}));
  TRY_VOID(put_line(to.connection, to.tenant, one.id, {.event = Event::host, .state = one.state, .at = now, .who = who}));
  return true;
}

}  // namespace

struct MatchedLog::Impl {
  NewLog log;
  Sought sought;
  std::vector<std::map<Key, Kept>> kept;
  LogReport report;
};
MatchedLog::MatchedLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MatchedLog::MatchedLog(MatchedLog&&) noexcept = default;
MatchedLog& MatchedLog::operator=(MatchedLog&&) noexcept = default;
MatchedLog::~MatchedLog() = default;

Result<MatchedLog> match_log(store::Connection& connection, const store::TenantScope& scope, const Playbook& playbook, const NewLog& log,
                             const LogReading& reading) {
  TRY_VOID(estate::get_unit(connection, scope, log.unit));
  if (reading.lines.empty() && !reading.problems.empty()) {
    return duty::refuse(Code::invalid, "content", reading.problems.front().message);
  }
  TRY(auto sought, load_sought(connection, scope.tenant(), log.unit));
  auto impl = std::make_unique<MatchedLog::Impl>();
  impl->log = log;
  impl->sought = std::move(sought);
  Matcher matcher(impl->sought, playbook.log_window);
  for (const auto& line : reading.lines) matcher.take(line);
  impl->report = {.id = {}, .rows = reading.rows, .unread = reading.unread, .matched = matcher.matched, .problems = reading.problems};
  impl->kept = std::move(matcher.kept);
  return MatchedLog(std::move(impl));
}

Result<LogReport> keep_log(store::Connection& connection, const store::TenantScope& scope, const MatchedLog& matched, Timestamp now) {
  const auto& found = *matched.impl_;
  TRY_VOID(estate::get_unit(connection, scope, found.log.unit));
  TRY(const auto as_now, load_cases(connection, scope.tenant(), found.log.unit));
  LogReport report = found.report;
  for (std::size_t i = 0; i < found.kept.size(); ++i) {
    if (found.kept[i].empty() || !as_now.contains(found.sought.cases[i].id)) continue;
    report.kept += static_cast<std::int64_t>(found.kept[i].size());
    ++report.cases;
  }
  TRY_VOID(connection.run("INSERT INTO botnet_log (tenant_id, unit_id, file_name, rows, unread, kept, uploaded_at, uploaded_by) "
                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                          {scope.tenant(), found.log.unit, printable(truncate(found.log.file_name, kMostFileName)), report.rows, report.unread,
                           std::min(report.matched, report.rows), now, found.log.by}));
  report.id = {connection.last_insert_id()};
  TRY(const auto machines, machines_by_address(connection, scope.tenant(), found.log.unit));
  const Putting to{connection, scope.tenant(), report.id, machines};
  std::set<MachineId> all;
  for (std::size_t i = 0; i < found.kept.size(); ++i) {
    // One that was over, or another unit's, since the log was matched is left out.
    const auto one = as_now.find(found.sought.cases[i].id);
    if (found.kept[i].empty() || one == as_now.end()) continue;
    bool ambiguous = false;
    TRY(const auto its, put_lines(to, one->first, found.kept[i], ambiguous));
    all.insert(its.begin(), its.end());
    if (its.size() == 1 && !ambiguous && !one->second.has_machine) TRY_VOID(name_machine(to, one->second, its, found.log.by, now));
  }
  report.machines = static_cast<std::int64_t>(all.size());
  return report;
}

}  // namespace khien::botnet
