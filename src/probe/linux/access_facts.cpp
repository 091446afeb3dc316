#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "khien/core/secret.hpp"
#include "linux/fact_list.hpp"
#include "settings/settings.hpp"

namespace khien::probe {
namespace {

using SshSettings = std::map<std::string, std::string>;

// The first value of a keyword counts, and an Include stands for what it includes;
// what is below a Match is for some only, and not told. False: it could not be read.
bool read_sshd(const Place& place, const std::string& path, int depth, SshSettings& settings) {
  constexpr int kMaxDepth = 2;
  constexpr std::string_view kFolder = "/etc/ssh/";
  const auto text = place.read(path);
  if (!text) return false;
  if (!*text) return true;
  for (const WordLine& line : parse_word_lines(**text)) {
    if (line.key == "match") return true;
    if (line.key != "include") {
      settings.emplace(line.key, line.value);
      continue;
    }
    const auto star = line.value.find("*.conf");
    const bool ours = line.value.starts_with(kFolder) && star != line.value.npos && star + 6 == line.value.size();
    if (!ours || depth >= kMaxDepth) continue;
    for (const std::string& file : place.files(line.value.substr(0, star - 1), ".conf")) {
      if (!read_sshd(place, file, depth + 1, settings)) return false;
    }
  }
  return true;
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// One of the words that sshd knows; whatever else stands there is not told.
void add_ssh_word(const SshSettings& settings, const std::string& keyword, std::string_view fact, std::string_view absent,
                  FactList& facts) {
  constexpr std::array<std::string_view, 5> kWords{"yes", "no", "prohibit-password", "without-password",
                                                   "forced-commands-only"};
  const auto found = settings.find(keyword);
  const std::string value = found == settings.end() ? std::string(absent) : lower(found->second);
  facts.add(fact, std::ranges::find(kWords, value) == kWords.end() ? std::string_view("other") : std::string_view(value));
}

void add_ssh(const Place& place, const std::vector<std::string>& units, FactList& facts) {
  if (!place.exists("/etc/ssh/sshd_config")) return;
  SshSettings settings;
  if (!read_sshd(place, "/etc/ssh/sshd_config", 0, settings)) return facts.unread("ssh");
  facts.add("ssh.running", is_enabled(units, "ssh.service") || is_enabled(units, "ssh.socket") ||
                               is_enabled(units, "sshd.service") || facts.has("listen.public", "tcp/22"));
  add_ssh_word(settings, "permitrootlogin", "ssh.permit_root_login", "prohibit-password", facts);
  add_ssh_word(settings, "passwordauthentication", "ssh.password_authentication", "yes", facts);
  add_ssh_word(settings, "permitemptypasswords", "ssh.permit_empty_passwords", "no", facts);
  const auto tries = settings.find("maxauthtries");
  const std::string number = tries == settings.end() ? "6" : tries->second;
  if (!number.empty() && number.size() < 6 && number.find_first_not_of("0123456789") == number.npos) {
    facts.add("ssh.max_auth_tries", number);
  }
}

bool signs_in(const Account& account) {
  return !account.shell.ends_with("/nologin") && !account.shell.ends_with("/false") && !account.shell.ends_with("/sync");
}

void add_accounts(const Place& place, FactList& facts) {
  constexpr std::uint32_t kFirstPerson = 1'000;
  const auto passwd = place.read("/etc/passwd");
  auto shadow_text = place.read("/etc/shadow");
  if (!passwd || !shadow_text) return facts.unread("account");
  if (!*passwd || !*shadow_text) return;
  // Wiped when this returns; nothing of it is copied.
  const Secret shadow(std::move(**shadow_text));
  for (const Account& account : parse_accounts(**passwd, shadow.reveal())) {
    if (account.uid == 0 && account.name != "root") facts.add("account.root_like", account.name);
    if (!signs_in(account)) continue;
    if (account.password == Account::Password::empty) facts.add("account.empty_password", account.name);
    const bool of_service = account.uid != 0 && account.uid < kFirstPerson;
    if (of_service && account.password == Account::Password::set) facts.add("account.system_login", account.name);
  }
}

void add_sudo(const Place& place, FactList& facts) {
  auto paths = place.files("/etc/sudoers.d", "");
  paths.push_back("/etc/sudoers");
  for (const std::string& path : paths) {
    const auto text = place.read(path);
    if (!text) return facts.unread("account");
    if (!*text) continue;
    for (const WordLine& line : parse_word_lines(**text)) {
      const auto tag = line.value.find("NOPASSWD:");
      if (tag == line.value.npos) continue;
      const auto commands = line.value.substr(tag + 9);
      const auto first = commands.find_first_not_of(' ');
      if (first != commands.npos && commands.substr(first, 3) == "ALL") facts.add("account.sudo_without_password", line.key);
    }
  }
}

void add_exposed_files(const Place& place, FactList& facts) {
  struct File {
    const char* path;
    std::uint32_t forbidden;
  };
  constexpr std::array<File, 7> kFiles{{{"/etc/shadow", 0007},
                                        {"/etc/gshadow", 0007},
                                        {"/etc/passwd", 0002},
                                        {"/etc/group", 0002},
                                        {"/etc/crontab", 0002},
                                        {"/etc/sudoers", 0002},
                                        {"/etc/ssh/sshd_config", 0002}}};
  for (const File& file : kFiles) {
    const auto status = place.status(file.path);
    if (status && (status->mode & file.forbidden) != 0) facts.add("file.exposed", file.path);
  }
}

// GDM's, LightDM's and SDDM's own files.
bool signs_in_by_itself(const Place& place, bool& is_desktop) {
  bool by_itself = false;
  auto paths = place.files("/etc/lightdm/lightdm.conf.d", ".conf");
  for (const char* path : {"/etc/gdm3/daemon.conf", "/etc/gdm3/custom.conf", "/etc/lightdm/lightdm.conf", "/etc/sddm.conf"}) {
    paths.emplace_back(path);
  }
  for (const std::string& path : paths) {
    const std::string text = place.text(path);
    is_desktop = is_desktop || !text.empty();
    for (const IniLine& line : parse_ini(text)) {
      by_itself = by_itself || (line.key == "automaticloginenable" && lower(line.value) == "true") ||
                  (line.key == "autologin-user" && !line.value.empty()) ||
                  (line.section == "autologin" && line.key == "user" && !line.value.empty());
    }
  }
  return by_itself;
}

}  // namespace

void add_access_facts(const Place& place, const std::vector<std::string>& units, FactList& facts) {
  add_ssh(place, units, facts);
  add_accounts(place, facts);
  add_sudo(place, facts);
  add_exposed_files(place, facts);
  bool is_desktop = false;
  const bool by_itself = signs_in_by_itself(place, is_desktop);
  if (is_desktop) facts.add("desktop.automatic_login", by_itself);
}

}  // namespace khien::probe
