#pragma once

#include <string>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/model/role.hpp"
#include "khien/notice/due.hpp"
#include "khien/store/connection.hpp"

namespace khien::notice {

// How one person is reached. Their own to say: nobody reads or sets another's.
struct Settings {
  bool vietnamese = true;
  std::string mail;      // an address; empty: none
  bool by_mail = false;  // needs an address
  QuietHours quiet;      // of mail that is not urgent

  bool operator==(const Settings&) const = default;
};

// Of who never said anything: no mail; 22:00 to 06:00 is quiet but for those who watch by night.
Settings default_settings(Role role);

Result<Settings> settings_of(store::Connection& connection, TenantId tenant, UserId user, Role role);
// Joins the caller's transaction. Code::invalid where by_mail has no address, or the address is none.
Result<void> set_settings(store::Connection& connection, TenantId tenant, UserId user, const Settings& settings, Timestamp now);

// One address of ASCII letters, without a name, comments or quotes.
bool is_plain_address(std::string_view text);

}  // namespace khien::notice
