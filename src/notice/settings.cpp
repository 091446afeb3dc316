#include "khien/notice/settings.hpp"

#include <algorithm>

namespace khien::notice {
namespace {

constexpr std::size_t kMostAddress = 254;  // RFC 5321 §4.5.3.1.3, without the brackets
constexpr std::size_t kMostLocal = 64;
constexpr QuietHours kNight{22 * 60, 6 * 60};

bool is_dotted(std::string_view text, std::string_view others) {
  if (text.empty() || text.front() == '.' || text.back() == '.' || text.contains("..")) return false;
  return std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || others.contains(c);
  });
}

}  // namespace

Settings default_settings(Role role) {
  const bool watches = role == Role::soc_operator || role == Role::province_admin;
  return {.vietnamese = true, .mail = {}, .by_mail = false, .quiet = watches ? QuietHours{} : kNight};
}

bool is_plain_address(std::string_view text) {
  const auto at = text.find('@');
  if (text.size() > kMostAddress || at == text.npos || at > kMostLocal) return false;
  const auto domain = text.substr(at + 1);
  return is_dotted(text.substr(0, at), "_+-") && is_dotted(domain, "-") && domain.contains('.') && domain.front() != '-' && domain.back() != '-';
}

Result<Settings> settings_of(store::Connection& connection, TenantId tenant, UserId user, Role role) {
  Settings settings = default_settings(role);
  TRY_VOID(connection.query(
      "SELECT language, mail, by_mail, quiet_from, quiet_to FROM notice_setting WHERE tenant_id = ?1 AND account_id = ?2", {tenant, user},
      [&](const store::Row& row) -> Result<void> {
        settings = {.vietnamese = row.text(0) == "vi", .mail = std::string(row.text(1)), .by_mail = row.integer(2) != 0,
                    .quiet = {static_cast<int>(row.integer(3)), static_cast<int>(row.integer(4))}};
        return {};
      }));
  return settings;
}

Result<void> set_settings(store::Connection& connection, TenantId tenant, UserId user, const Settings& settings, Timestamp now) {
  if (!settings.mail.empty() && !is_plain_address(settings.mail)) return Error(Code::invalid, "mail: no address");
  if (settings.by_mail && settings.mail.empty()) return Error(Code::invalid, "mail: an address is missing");
  TRY_VOID(connection.run("INSERT INTO notice_setting (tenant_id, account_id, language, mail, by_mail, quiet_from, quiet_to, changed_at) "
                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (tenant_id, account_id) DO UPDATE SET "
                          "language = excluded.language, mail = excluded.mail, by_mail = excluded.by_mail, quiet_from = excluded.quiet_from, "
                          "quiet_to = excluded.quiet_to, changed_at = excluded.changed_at",
                          {tenant, user, settings.vietnamese ? "vi" : "en", settings.mail, settings.by_mail, settings.quiet.from, settings.quiet.to,
                           now}));
  return {};
}

}  // namespace khien::notice
