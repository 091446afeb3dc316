#include "khien/patch/settings.hpp"

#include <array>
#include <string>

#include "khien/core/yaml.hpp"

namespace khien::patch {
namespace {

struct DaysKey {
  std::string_view name;
  int Settings::*days;
  int most;
};
constexpr std::array<DaysKey, 7> kDays{{{"exploited", &Settings::days_exploited, 365},
                                        {"ransomware", &Settings::days_ransomware, 365},
                                        {"likely", &Settings::days_likely, 365},
                                        {"critical", &Settings::days_critical, 365},
                                        {"high", &Settings::days_high, 365},
                                        {"medium", &Settings::days_medium, 730},
                                        {"low", &Settings::days_low, 730}}};
constexpr int kMostRemind = 60;

Error wrong(std::string_view key, std::string_view why) {
  return Error(Code::invalid, std::string(key) + ": " + std::string(why));
}

Result<void> check(const Settings& settings) {
  if (settings.least_severity == Severity::info) return wrong("least_severity", "info is no severity to follow by");
  if (settings.least_likelihood && (*settings.least_likelihood < 1 || *settings.least_likelihood > 100)) {
    return wrong("least_likelihood", "must be 1 to 100");
  }
  for (const DaysKey& key : kDays) {
    const int days = settings.*key.days;
    if (days < 1 || days > key.most) return wrong("days_" + std::string(key.name), "must be 1 to " + std::to_string(key.most));
  }
  if (settings.remind_days < 0 || settings.remind_days > kMostRemind) return wrong("remind_days", "must be 0 to 60");
  return {};
}

Result<int> number_at(const Yaml& map, std::string_view key) {
  const Yaml* value = map.find(key);
  if (value == nullptr || value->kind != Yaml::Kind::integer || value->integer < -1 || value->integer > 10'000) {
    return wrong(key, "must be a whole number");
  }
  return static_cast<int>(value->integer);
}

Result<void> read_following(const Yaml& follow, Settings& settings) {
  const Yaml* severity = follow.find("least_severity");
  if (severity == nullptr || !severity->is_scalar()) return wrong("least_severity", "is missing");
  if (severity->text != "none") {
    TRY(settings.least_severity, severity_from_string(severity->text));
  }
  const Yaml* likelihood = follow.find("least_likelihood");
  if (likelihood == nullptr || !likelihood->is_scalar()) return wrong("least_likelihood", "is missing");
  if (likelihood->text != "none") {
    TRY(settings.least_likelihood, number_at(follow, "least_likelihood"));
  }
  return {};
}

store::Value or_null(const std::optional<std::int64_t>& value) { return value ? store::Value(*value) : store::Value(nullptr); }

}  // namespace

flow::Following following_of(const Settings& settings) {
  flow::Following following{.least_severity = settings.least_severity, .least_likelihood = {}};
  if (settings.least_likelihood) following.least_likelihood = std::int64_t{*settings.least_likelihood} * 10'000;
  return following;
}

Result<Settings> settings_from_yaml(std::string_view text, Budget& budget) {
  TRY(const auto root, parse_yaml(text, budget));
  const Yaml* follow = root.find("follow");
  const Yaml* all_days = root.find("days");
  if (follow == nullptr || all_days == nullptr) return wrong("follow, days", "are missing");
  Settings settings;
  TRY_VOID(read_following(*follow, settings));
  for (const DaysKey& key : kDays) {
    TRY(settings.*key.days, number_at(*all_days, key.name));
  }
  TRY(settings.remind_days, number_at(root, "remind_days"));
  TRY_VOID(check(settings));
  return settings;
}

Result<Settings> settings_of(store::Connection& connection, TenantId tenant, const Settings& shipped) {
  Settings settings = shipped;
  TRY_VOID(connection.query(
      "SELECT least_severity, least_likelihood, days_exploited, days_ransomware, days_likely, days_critical, days_high, "
      "days_medium, days_low, remind_days, changed_by, changed_at FROM advisory_setting WHERE tenant_id = ?1",
      {tenant}, [&](const store::Row& row) -> Result<void> {
        settings = {};
        if (!row.is_null(0)) settings.least_severity = static_cast<Severity>(row.integer(0));
        if (!row.is_null(1)) settings.least_likelihood = static_cast<int>(row.integer(1));
        for (std::size_t i = 0; i < kDays.size(); ++i) settings.*kDays[i].days = static_cast<int>(row.integer(static_cast<int>(i) + 2));
        settings.remind_days = static_cast<int>(row.integer(9));
        settings.changed_by = UserId{row.integer(10)};
        settings.changed_at = row.time(11);
        return {};
      }));
  return settings;
}

Result<void> set_settings(store::Connection& connection, TenantId tenant, const Settings& settings, const Settings& shipped,
                          UserId who, Timestamp now) {
  TRY_VOID(check(settings));
  std::optional<std::int64_t> severity, likelihood;
  if (settings.least_severity) severity = static_cast<std::int64_t>(*settings.least_severity);
  if (settings.least_likelihood) likelihood = *settings.least_likelihood;
  TRY_VOID(connection.run("DELETE FROM advisory_setting WHERE tenant_id = ?1", {tenant}));
  TRY_VOID(connection.run(
      "INSERT INTO advisory_setting (tenant_id, least_severity, least_likelihood, days_exploited, days_ransomware, days_likely, "
      "days_critical, days_high, days_medium, days_low, remind_days, changed_by, changed_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
      {tenant, or_null(severity), or_null(likelihood), settings.days_exploited, settings.days_ransomware, settings.days_likely,
       settings.days_critical, settings.days_high, settings.days_medium, settings.days_low, settings.remind_days, who, now}));
  return flow::set_following(connection, tenant, following_of(settings), following_of(shipped));
}

}  // namespace khien::patch
