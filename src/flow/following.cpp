#include "following.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"

namespace khien::flow {
namespace {

constexpr std::array<std::string_view, 3> kFollows{"no", "fixed", "always"};
constexpr std::array<std::string_view, 4> kReasons{"exploited", "letter", "severity", "likelihood"};
constexpr std::string_view kPrefix = "advisory:";

template <class Enum, std::size_t N>
Result<Enum> value_of(const std::array<std::string_view, N>& names, std::string_view what, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return Error(Code::invalid, std::string(what) + " is not one that is known");
}

// Writes how it is followed; says of which packages that makes a difference.
Result<std::vector<std::int64_t>> put_follow(store::Connection& connection, TenantId tenant, std::int64_t vulnerability,
                                             const FollowWord& word) {
  TRY_VOID(connection.run("UPDATE vulnerability SET follow = ?3, reasons = ?4 WHERE tenant_id = ?1 AND id = ?2",
                          {tenant, vulnerability, to_string(word.follow), joined(word.reasons)}));
  std::vector<std::int64_t> changed;
  // As makes_finding() has it.
  TRY_VOID(connection.query(
      "UPDATE package_vulnerability INDEXED BY package_vulnerability_by_vulnerability SET followed = 1 - followed "
      "WHERE tenant_id = ?1 AND vulnerability_id = ?2 "
      "AND followed <> (?3 = 'always' OR (?3 = 'fixed' AND (fixed <> '' OR state = 'unknown'))) RETURNING package_id",
      {tenant, vulnerability, to_string(word.follow)}, [&](const store::Row& row) -> Result<void> {
        changed.push_back(row.integer(0));
        return {};
      }));
  return changed;
}

// Every row of the tenant against the setting of now.
Result<void> follow_anew(store::Connection& connection, TenantId tenant, const Following& shipped) {
  struct Row {
    std::int64_t id = 0;
    std::string name;
    Severity severity = Severity::info;
    std::optional<std::int64_t> likelihood;
    bool exploited = false;
    bool named = false;
    std::string follow, reasons;
  };
  TRY(const auto following, following_of(connection, tenant, shipped));
  std::vector<Row> rows;
  TRY_VOID(connection.query(
      "SELECT v.id, v.name, v.severity, v.likelihood, v.exploited, EXISTS (SELECT 1 FROM follow_name n "
      "WHERE n.tenant_id = v.tenant_id AND n.name = v.name), v.follow, v.reasons FROM vulnerability v WHERE v.tenant_id = ?1",
      {tenant}, [&](const store::Row& row) -> Result<void> {
        Row one{.id = row.integer(0), .name = std::string(row.text(1)), .severity = static_cast<Severity>(row.integer(2)),
                .likelihood = {}, .exploited = row.integer(4) != 0, .named = row.integer(5) != 0,
                .follow = std::string(row.text(6)), .reasons = std::string(row.text(7))};
        if (!row.is_null(3)) one.likelihood = row.integer(3);
        rows.push_back(std::move(one));
        return {};
      }));
  std::vector<std::int64_t> vulnerabilities;
  for (const Row& row : rows) {
    const auto word = follow_word(following, row.exploited, row.named, row.severity, row.likelihood);
    if (to_string(word.follow) == row.follow && joined(word.reasons) == row.reasons) continue;
    TRY(const auto changed, put_follow(connection, tenant, row.id, word));
    if (!changed.empty()) vulnerabilities.push_back(row.id);
  }
  if (vulnerabilities.size() > kMostByThemselves) return mark_all_machines(connection, tenant);
  for (const std::int64_t one : vulnerabilities) TRY_VOID(mark_vulnerability(connection, tenant, one));
  return {};
}

store::Value or_null(const std::optional<std::int64_t>& value) {
  return value ? store::Value(*value) : store::Value(nullptr);
}

std::optional<std::int64_t> likelihood_of(const advisory::Vulnerability& v) {
  return v.likelihood ? std::optional(millionths(v.likelihood->probability)) : std::nullopt;
}

std::optional<std::int64_t> score_of(const advisory::Vulnerability& v) {
  return v.cvss_score ? std::optional(static_cast<std::int64_t>(std::lround(*v.cvss_score * 100))) : std::nullopt;
}

}  // namespace

std::string_view to_string(Follow follow) { return kFollows.at(static_cast<std::size_t>(follow)); }
Result<Follow> follow_from_string(std::string_view text) { return value_of<Follow>(kFollows, "how it is followed", text); }
std::string_view to_string(FollowReason reason) { return kReasons.at(static_cast<std::size_t>(reason)); }
Result<FollowReason> follow_reason_from_string(std::string_view text) {
  return value_of<FollowReason>(kReasons, "reason to follow", text);
}

std::string advisory_rule(std::string_view name) { return std::string(kPrefix) + std::string(name); }

std::optional<std::string_view> name_of_advisory_rule(std::string_view rule) {
  if (!rule.starts_with(kPrefix)) return std::nullopt;
  return rule.substr(kPrefix.size());
}

std::int64_t millionths(double probability) { return std::lround(std::clamp(probability, 0.0, 1.0) * 1'000'000); }

FollowWord follow_word(const Following& following, bool exploited, bool named, Severity severity,
                       std::optional<std::int64_t> likelihood) {
  FollowWord word;
  if (exploited) word.reasons.push_back(FollowReason::exploited);
  if (named) word.reasons.push_back(FollowReason::letter);
  if (!word.reasons.empty()) word.follow = Follow::always;
  if (following.least_severity && severity >= *following.least_severity) word.reasons.push_back(FollowReason::severity);
  if (following.least_likelihood && likelihood && *likelihood >= *following.least_likelihood) {
    word.reasons.push_back(FollowReason::likelihood);
  }
  if (word.follow == Follow::no && !word.reasons.empty()) word.follow = Follow::fixed;
  return word;
}

std::string joined(const std::vector<FollowReason>& reasons) {
  std::string text;
  for (const FollowReason reason : reasons) {
    if (!text.empty()) text += ',';
    text += to_string(reason);
  }
  return text;
}

bool makes_finding(Follow follow, std::string_view state, std::string_view fixed) {
  if (follow == Follow::always) return true;
  // Of a version that cannot be told, whether a fix exists for it cannot be told either.
  return follow == Follow::fixed && (!fixed.empty() || state == "unknown");
}

Result<Following> following_of(store::Connection& connection, TenantId tenant, const Following& shipped) {
  Following following = shipped;
  TRY_VOID(connection.query("SELECT least_severity, least_likelihood FROM follow_setting WHERE tenant_id = ?1", {tenant},
                            [&](const store::Row& row) -> Result<void> {
                              following = {};
                              if (!row.is_null(0)) following.least_severity = static_cast<Severity>(row.integer(0));
                              if (!row.is_null(1)) following.least_likelihood = row.integer(1);
                              return {};
                            }));
  return following;
}

Result<bool> is_named(store::Connection& connection, TenantId tenant, std::string_view name) {
  bool named = false;
  TRY_VOID(connection.query("SELECT 1 FROM follow_name WHERE tenant_id = ?1 AND name = ?2", {tenant, name},
                            [&](const store::Row&) -> Result<void> {
                              named = true;
                              return {};
                            }));
  return named;
}

Result<void> set_following(store::Connection& connection, TenantId tenant, const std::optional<Following>& following,
                           const Following& shipped) {
  TRY_VOID(connection.run("DELETE FROM follow_setting WHERE tenant_id = ?1", {tenant}));
  if (following) {
    std::optional<std::int64_t> severity;
    if (following->least_severity) severity = static_cast<std::int64_t>(*following->least_severity);
    TRY_VOID(connection.run("INSERT INTO follow_setting (tenant_id, least_severity, least_likelihood) VALUES (?1, ?2, ?3)",
                            {tenant, or_null(severity), or_null(following->least_likelihood)}));
  }
  return follow_anew(connection, tenant, shipped);
}

Result<void> set_named(store::Connection& connection, TenantId tenant, std::span<const std::string> names,
                       const Following& shipped) {
  TRY_VOID(connection.run("DELETE FROM follow_name WHERE tenant_id = ?1", {tenant}));
  for (const std::string& name : names) {
    TRY_VOID(connection.run("INSERT INTO follow_name (tenant_id, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING", {tenant, name}));
  }
  return follow_anew(connection, tenant, shipped);
}

Result<void> mark_machines(store::Connection& connection, TenantId tenant, std::int64_t package) {
  TRY_VOID(connection.run(
      "INSERT INTO machine_to_weigh (tenant_id, machine_id) SELECT mp.tenant_id, mp.machine_id FROM machine_package mp "
      "WHERE mp.tenant_id = ?1 AND mp.package_id = ?2 ON CONFLICT DO NOTHING",
      {tenant, package}));
  return {};
}

Result<void> mark_all_machines(store::Connection& connection, TenantId tenant) {
  TRY_VOID(connection.run("INSERT INTO machine_to_weigh (tenant_id, machine_id) SELECT i.tenant_id, i.machine_id FROM inventory_fact i "
                          "WHERE i.tenant_id = ?1 ON CONFLICT DO NOTHING",
                          {tenant}));
  return {};
}

Result<void> mark_vulnerability(store::Connection& connection, TenantId tenant, std::int64_t vulnerability) {
  bool of_kernel = false;
  TRY_VOID(connection.query_one(
      "SELECT EXISTS (SELECT 1 FROM package_vulnerability pv INDEXED BY package_vulnerability_by_vulnerability "
      "CROSS JOIN package_judged j ON j.tenant_id = pv.tenant_id AND j.package_id = pv.package_id "
      "CROSS JOIN package_judged k INDEXED BY package_judged_kernels ON k.tenant_id = j.tenant_id AND k.subject = j.subject "
      "AND k.kernel <> '' WHERE pv.tenant_id = ?1 AND pv.vulnerability_id = ?2)",
      {tenant, vulnerability}, [&](const store::Row& row) -> Result<void> {
        of_kernel = row.integer(0) != 0;
        return {};
      }));
  if (!of_kernel) {
    TRY_VOID(connection.run("INSERT INTO vulnerability_to_weigh (tenant_id, vulnerability_id, weighed_through) VALUES (?1, ?2, 0) "
                            "ON CONFLICT (tenant_id, vulnerability_id) DO UPDATE SET weighed_through = 0",
                            {tenant, vulnerability}));
    return {};
  }
  TRY_VOID(connection.run(
      "INSERT INTO machine_to_weigh (tenant_id, machine_id) SELECT mp.tenant_id, mp.machine_id FROM package_vulnerability pv "
      "INDEXED BY package_vulnerability_by_vulnerability CROSS JOIN machine_package mp INDEXED BY machine_package_by_package "
      "ON mp.tenant_id = pv.tenant_id AND mp.package_id = pv.package_id "
      "WHERE pv.tenant_id = ?1 AND pv.vulnerability_id = ?2 ON CONFLICT DO NOTHING",
      {tenant, vulnerability}));
  return {};
}

Result<void> follow_otherwise(store::Connection& connection, TenantId tenant, std::int64_t vulnerability,
                              const FollowWord& word, Weighed weighed) {
  TRY(const auto changed, put_follow(connection, tenant, vulnerability, word));
  if (changed.empty()) return {};
  if (weighed == Weighed::by_vulnerability) return mark_vulnerability(connection, tenant, vulnerability);
  for (const std::int64_t package : changed) TRY_VOID(mark_machines(connection, tenant, package));
  return {};
}

Result<FollowWord> Vulnerabilities::word_of(TenantId tenant, const advisory::Vulnerability& v) {
  auto following = following_.find(tenant);
  if (following == following_.end()) {
    TRY(const auto read, following_of(connection_, tenant, book_.shipped));
    following = following_.emplace(tenant, read).first;
  }
  TRY(const bool named, is_named(connection_, tenant, v.id));
  return follow_word(following->second, v.exploited.has_value(), named, v.severity, likelihood_of(v));
}

Result<KnownVulnerability> Vulnerabilities::row_of(TenantId tenant, std::string_view name) {
  const auto known = rows_.find(std::pair(tenant, std::string(name)));
  if (known != rows_.end()) return known->second;
  KnownVulnerability row;
  TRY_VOID(connection_.query("SELECT id, follow FROM vulnerability WHERE tenant_id = ?1 AND name = ?2", {tenant, name},
                             [&](const store::Row& found) -> Result<void> {
                               row.id = found.integer(0);
                               TRY(row.follow, follow_from_string(found.text(1)));
                               return {};
                             }));
  if (row.id == 0) {
    const auto v = book_.book.find(name);
    if (!v) return Error(Code::corrupt, "the book names a vulnerability that it does not have");
    TRY(const auto word, word_of(tenant, *v));
    TRY_VOID(connection_.run(
        "INSERT INTO vulnerability (tenant_id, name, title, severity, cvss, likelihood, exploited, ransomware, follow, reasons) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        {tenant, name, v->title, static_cast<int>(v->severity), or_null(score_of(*v)), or_null(likelihood_of(*v)),
         v->exploited.has_value(), v->exploited && v->exploited->ransomware, to_string(word.follow), joined(word.reasons)}));
    row = {connection_.last_insert_id(), word.follow};
  }
  rows_.emplace(std::pair(tenant, std::string(name)), row);
  return row;
}

Result<void> Vulnerabilities::refresh(TenantId tenant, std::string_view name, Weighed weighed) {
  std::int64_t id = 0;
  std::string follow, reasons;
  std::pair<Severity, bool> rated;
  TRY_VOID(connection_.query("SELECT id, follow, reasons, severity, exploited FROM vulnerability WHERE tenant_id = ?1 AND name = ?2", {tenant, name},
                             [&](const store::Row& row) -> Result<void> {
                               id = row.integer(0);
                               follow = row.text(1);
                               reasons = row.text(2);
                               rated = {static_cast<Severity>(row.integer(3)), row.integer(4) != 0};
                               return {};
                             }));
  if (id == 0) return {};
  const auto v = book_.book.find(name);
  if (!v) return {};  // withdrawn: its packages' rows go, and with them what it makes
  TRY(const auto word, word_of(tenant, *v));
  TRY_VOID(connection_.run(
      "UPDATE vulnerability SET title = ?3, severity = ?4, cvss = ?5, likelihood = ?6, exploited = ?7, ransomware = ?8 "
      "WHERE tenant_id = ?1 AND id = ?2 AND (title, severity, cvss, likelihood, exploited, ransomware) IS NOT (?3, ?4, ?5, ?6, ?7, ?8)",
      {tenant, id, v->title, static_cast<int>(v->severity), or_null(score_of(*v)), or_null(likelihood_of(*v)),
       v->exploited.has_value(), v->exploited && v->exploited->ransomware}));
  // Findings have their severity of both.
  if (rated != std::pair(v->severity, v->exploited.has_value())) TRY_VOID(mark_vulnerability(connection_, tenant, id));
  if (follow == to_string(word.follow) && reasons == joined(word.reasons)) return {};
  rows_.erase(std::pair(tenant, std::string(name)));
  return follow_otherwise(connection_, tenant, id, word, weighed);
}

}  // namespace khien::flow
