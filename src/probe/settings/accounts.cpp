#include <charconv>
#include <map>

#include "settings/lines.hpp"
#include "settings/settings.hpp"

namespace khien::probe {
namespace {

std::string_view take_field(std::string_view& line) {
  const auto end = std::min(line.find(':'), line.size());
  const auto field = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return field;
}

// "!", "*" and what begins with them locks; see shadow(5).
Account::Password state_of(std::string_view hash) {
  if (hash.empty()) return Account::Password::empty;
  return hash.front() == '!' || hash.front() == '*' ? Account::Password::locked : Account::Password::set;
}

std::map<std::string, Account::Password, std::less<>> read_shadow(std::string_view shadow) {
  std::map<std::string, Account::Password, std::less<>> states;
  while (!shadow.empty() && states.size() < kMaxStatements) {
    auto line = take_line(shadow);
    const auto name = take_field(line);
    if (name.empty() || name.size() > kMaxSettingBytes) continue;
    states.emplace(name, state_of(take_field(line)));
  }
  return states;
}

}  // namespace

std::vector<Account> parse_accounts(std::string_view passwd, std::string_view shadow) {
  const auto states = read_shadow(shadow);
  std::vector<Account> accounts;
  while (!passwd.empty() && accounts.size() < kMaxStatements) {
    auto line = take_line(passwd);
    Account account;
    account.name = take_field(line).substr(0, kMaxSettingBytes);
    const auto password = take_field(line);
    const auto uid = take_field(line);
    const auto read = std::from_chars(uid.data(), uid.data() + uid.size(), account.uid);
    const bool is_number = !uid.empty() && read.ec == std::errc() && read.ptr == uid.data() + uid.size();
    if (account.name.empty() || account.name.front() == '#' || !is_number) continue;
    for (int skipped = 0; skipped < 3; ++skipped) (void)take_field(line);  // group, name of the person, home
    account.shell = trimmed(take_field(line)).substr(0, kMaxSettingBytes);
    const auto known = states.find(account.name);
    // "x" points to shadow; what it does not name cannot sign in.
    account.password = password != "x" ? state_of(password) : known == states.end() ? Account::Password::locked : known->second;
    accounts.push_back(std::move(account));
  }
  return accounts;
}

}  // namespace khien::probe
