#include <algorithm>
#include <array>
#include <string>

#include "linux/fact_list.hpp"
#include "settings/settings.hpp"

namespace khien::probe {
namespace {

constexpr std::uint16_t kFirstOfTheMoment = 32'768;  // ports that the kernel hands out
constexpr std::uint16_t kFirstOfAnybody = 1'024;

// Of process 1: /proc/net is a link, and those are not followed.
void add_ports(const Place& place, const char* table, bool tcp, FactList& facts) {
  const auto text = place.read(table);
  if (!text) return facts.unread("listen");
  if (!*text) return;  // no IPv6 here
  for (const std::uint16_t port : parse_open_ports(**text, tcp)) {
    // What is told must not change with every program that asks the network a question.
    if (port < (tcp ? kFirstOfTheMoment : kFirstOfAnybody)) {
      facts.add("listen.public", std::string(tcp ? "tcp/" : "udp/") + std::to_string(port));
    }
  }
}

void add_units(const std::vector<std::string>& units, FactList& facts) {
  constexpr std::array<std::string_view, 24> kKnown{
      "anydesk.service",   "apache2.service", "avahi-daemon.service", "cups.service",       "docker.service",
      "mariadb.service",   "mysql.service",   "nfs-server.service",   "nginx.service",      "postgresql.service",
      "proftpd.service",   "redis-server.service", "rpcbind.service", "rpcbind.socket",     "rustdesk.service",
      "smbd.service",      "ssh.service",     "ssh.socket",           "teamviewerd.service", "tftpd-hpa.service",
      "unattended-upgrades.service", "vsftpd.service", "x11vnc.service", "xrdp.service"};
  for (const std::string_view unit : kKnown) {
    if (is_enabled(units, unit)) facts.add("unit.enabled", unit);
  }
}

// A whole number of the kernel's; empty where there is none.
std::string number_of(const Place& place, const std::string& path) {
  std::string text = place.text(path);
  text = text.substr(0, text.find('\n'));
  const bool is_number = !text.empty() && text.size() <= 9 && text.find_first_not_of("0123456789") == text.npos;
  return is_number ? text : std::string();
}

void add_kernel_settings(const Place& place, FactList& facts) {
  struct Setting {
    const char* fact;
    const char* path;
  };
  constexpr std::array<Setting, 4> kSettings{{
      {"sysctl.accept_source_route", "/proc/sys/net/ipv4/conf/all/accept_source_route"},
      {"sysctl.randomize_va_space", "/proc/sys/kernel/randomize_va_space"},
      {"sysctl.suid_dumpable", "/proc/sys/fs/suid_dumpable"},
      {"sysctl.tcp_syncookies", "/proc/sys/net/ipv4/tcp_syncookies"},
  }};
  for (const Setting& setting : kSettings) {
    const std::string number = number_of(place, setting.path);
    if (!number.empty()) facts.add(setting.fact, number);
  }
  const std::string symbolic = number_of(place, "/proc/sys/fs/protected_symlinks");
  const std::string hard = number_of(place, "/proc/sys/fs/protected_hardlinks");
  if (!symbolic.empty() && !hard.empty()) facts.add("sysctl.links_protected", symbolic != "0" && hard != "0");
}

// The last value counts, as apt reads it.
bool updates_by_itself(const Place& place) {
  bool by_itself = false;
  for (const std::string& path : place.files("/etc/apt/apt.conf.d", "")) {
    for (const BraceLine& line : parse_braces(place.text(path))) {
      const bool asked = line.words.front() == "APT::Periodic::Unattended-Upgrade" ||
                         (line.within == "APT::Periodic" && line.words.front() == "Unattended-Upgrade") ||
                         (line.within == "APT Periodic" && line.words.front() == "Unattended-Upgrade");
      if (asked && line.words.size() == 2) by_itself = line.words[1] != "0";
    }
  }
  return by_itself && place.exists("/usr/bin/unattended-upgrade");
}

bool has_security_source(const Place& place) {
  auto paths = place.files("/etc/apt/sources.list.d", "");
  paths.push_back("/etc/apt/sources.list");
  return std::ranges::any_of(paths, [&](const std::string& path) {
    return std::ranges::any_of(parse_word_lines(place.text(path)),
                               [](const WordLine& line) { return line.value.contains("security"); });
  });
}

// Days since the lists were fetched, rounded down to a step: a number that grew each
// day would be sent each day.
std::string age_of_lists(const Place& place, Timestamp now) {
  std::int64_t newest = 0;
  for (const char* path : {"/var/lib/apt/lists/partial", "/var/lib/apt/lists", "/var/lib/apt/periodic/update-success-stamp"}) {
    if (const auto status = place.status(path)) newest = std::max(newest, status->mtime_ns);
  }
  if (newest == 0) return {};
  const std::int64_t age = (now.ms - newest / 1'000'000) / days(1).ms;
  std::int64_t step = 0;
  for (const std::int64_t one : {7, 15, 30, 90, 365}) {
    if (age >= one) step = one;
  }
  return std::to_string(step);
}

void add_updates(const Place& place, Timestamp now, FactList& facts) {
  if (place.names("/etc/apt").empty()) return;
  facts.add("update.automatic", updates_by_itself(place));
  facts.add("update.security_source", has_security_source(place));
  facts.add("update.reboot_required", place.exists("/run/reboot-required"));
  if (const auto age = age_of_lists(place, now); !age.empty()) facts.add("update.lists_days", age);
}

void add_clock_and_log(const Place& place, const std::vector<std::string>& units, FactList& facts) {
  // No systemd, or a container: the host keeps both.
  if (!place.exists("/run/systemd/system")) return;
  constexpr std::array<std::string_view, 7> kClocks{"systemd-timesyncd.service", "chrony.service", "chronyd.service",
                                                    "ntp.service", "ntpd.service", "ntpsec.service", "openntpd.service"};
  facts.add("time.synchronised",
            std::ranges::any_of(kClocks, [&](std::string_view unit) { return is_enabled(units, unit); }));
  const bool by_syslog = is_enabled(units, "rsyslog.service") || is_enabled(units, "syslog-ng.service");
  facts.add("log.kept", by_syslog || place.exists("/var/log/journal"));
}

bool is_on(std::string_view value) { return value == "yes" || value == "true" || value == "1"; }

std::string small(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

void add_samba(const Place& place, const std::vector<std::string>& units, FactList& facts) {
  if (!is_enabled(units, "smbd.service")) return;
  const auto text = place.read("/etc/samba/smb.conf");
  if (!text) return facts.unread("samba");
  if (!*text) return;
  bool old_protocol = false;
  for (const IniLine& line : parse_ini(**text)) {
    const std::string value = small(line.value);
    const bool is_minimum = line.key == "server min protocol" || line.key == "min protocol";
    if (line.section == "global" && is_minimum) {
      old_protocol = value == "nt1" || value.starts_with("lanman") || value.starts_with("core");
    }
    const bool is_share = line.section != "global" && line.section != "printers" && line.section != "print$";
    if (is_share && (line.key == "guest ok" || line.key == "public") && is_on(value)) {
      facts.add("samba.guest_share", line.section);
    }
  }
  facts.add("samba.smb1", old_protocol);
}

}  // namespace

std::vector<std::string> enabled_units(const Place& place) {
  std::vector<std::string> units;
  const std::string folder = "/etc/systemd/system";
  for (const Place::Name& wish : place.names(folder)) {
    if (!wish.name.ends_with(".wants") && !wish.name.ends_with(".requires")) continue;
    for (const Place::Name& unit : place.names(folder + "/" + wish.name)) units.push_back(unit.name);
  }
  std::ranges::sort(units);
  return units;
}

bool is_enabled(const std::vector<std::string>& units, std::string_view name) {
  return std::ranges::binary_search(units, name, std::ranges::less());
}

void add_system_facts(const Place& place, const std::vector<std::string>& units, Timestamp now, FactList& facts) {
  add_ports(place, "/proc/1/net/tcp", true, facts);
  add_ports(place, "/proc/1/net/tcp6", true, facts);
  add_ports(place, "/proc/1/net/udp", false, facts);
  add_ports(place, "/proc/1/net/udp6", false, facts);
  add_units(units, facts);
  add_kernel_settings(place, facts);
  add_updates(place, now, facts);
  add_clock_and_log(place, units, facts);
  add_samba(place, units, facts);
}

}  // namespace khien::probe
