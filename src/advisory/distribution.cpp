#include "khien/advisory/distribution.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace khien::advisory {
namespace {

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z'); }

// Small letters and digits alone, so that "Red Hat", "red-hat" and "redhat" are one.
std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : small(text)) {
    if (is_word(c)) out += c;
  }
  return out;
}

// The first `parts` numbers of a version: ("v3.19.1", 2) is "3.19". Empty without a number.
std::string leading(std::string_view version, int parts) {
  std::size_t at = 0;
  while (at < version.size() && !is_digit(version[at])) ++at;
  std::size_t end = at;
  for (int part = 0; part < parts; ++part) {
    std::size_t next = end;
    if (part > 0) {
      if (next >= version.size() || version[next] != '.') break;
      ++next;
    }
    const std::size_t digits = next;
    while (next < version.size() && is_digit(version[next])) ++next;
    if (next == digits) break;
    end = next;
  }
  return std::string(version.substr(at, end - at));
}

struct CodeName {
  std::string_view space, name, release;
};
constexpr std::array kCodeNames = {
    CodeName{"debian", "wheezy", "7"},       CodeName{"debian", "jessie", "8"},       CodeName{"debian", "stretch", "9"},
    CodeName{"debian", "buster", "10"},      CodeName{"debian", "bullseye", "11"},    CodeName{"debian", "bookworm", "12"},
    CodeName{"debian", "trixie", "13"},      CodeName{"debian", "forky", "14"},       CodeName{"debian", "duke", "15"},
    CodeName{"debian", "sid", "sid"},        CodeName{"debian", "unstable", "sid"},   CodeName{"ubuntu", "trusty", "14.04"},
    CodeName{"ubuntu", "xenial", "16.04"},   CodeName{"ubuntu", "bionic", "18.04"},   CodeName{"ubuntu", "focal", "20.04"},
    CodeName{"ubuntu", "jammy", "22.04"},    CodeName{"ubuntu", "noble", "24.04"},    CodeName{"ubuntu", "oracular", "24.10"},
    CodeName{"ubuntu", "plucky", "25.04"},   CodeName{"ubuntu", "questing", "25.10"}, CodeName{"ubuntu", "resolute", "26.04"}};

struct Kin {
  std::string_view squeezed;
  std::string_view type, space;
  int parts;  // of a version that make a release
};
constexpr std::array kKin = {
    Kin{"debian", "deb", "debian", 1},       Kin{"debiangnulinux", "deb", "debian", 1}, Kin{"raspbian", "deb", "debian", 1},
    Kin{"ubuntu", "deb", "ubuntu", 2},       Kin{"alpine", "apk", "alpine", 2},         Kin{"alpinelinux", "apk", "alpine", 2},
    Kin{"wolfi", "apk", "wolfi", 0},         Kin{"chainguard", "apk", "chainguard", 0}, Kin{"redhat", "rpm", "redhat", 1},
    Kin{"rhel", "rpm", "redhat", 1},         Kin{"redhatenterpriselinux", "rpm", "redhat", 1},
    Kin{"redhatenterpriselinuxserver", "rpm", "redhat", 1},                             Kin{"centos", "rpm", "redhat", 1},
    Kin{"centoslinux", "rpm", "redhat", 1},  Kin{"rocky", "rpm", "rocky", 1},           Kin{"rockylinux", "rpm", "rocky", 1},
    Kin{"alma", "rpm", "almalinux", 1},      Kin{"almalinux", "rpm", "almalinux", 1},   Kin{"oracle", "rpm", "oracle", 1},
    Kin{"oraclelinux", "rpm", "oracle", 1},  Kin{"oraclelinuxserver", "rpm", "oracle", 1}, Kin{"ol", "rpm", "oracle", 1},
    Kin{"fedora", "rpm", "fedora", 1},       Kin{"fedoralinux", "rpm", "fedora", 1},    Kin{"amazon", "rpm", "amazon", 1},
    Kin{"amazonlinux", "rpm", "amazon", 1},  Kin{"amzn", "rpm", "amazon", 1},           Kin{"amazonlinuxami", "rpm", "amazon", 1},
    Kin{"ami", "rpm", "amazon", 1},          Kin{"photon", "rpm", "photon", 2},         Kin{"photonos", "rpm", "photon", 2},
    Kin{"vmwarephotonos", "rpm", "photon", 2}, Kin{"cblmariner", "rpm", "mariner", 2},  Kin{"mariner", "rpm", "mariner", 2},
    Kin{"azurelinux", "rpm", "mariner", 2},  Kin{"opensuse", "rpm", "opensuse", 2},     Kin{"opensuseleap", "rpm", "opensuse", 2},
    Kin{"leap", "rpm", "opensuse", 2},       Kin{"opensusetumbleweed", "rpm", "opensuse-tumbleweed", 0},
    Kin{"suse", "rpm", "suse", 2},           Kin{"sles", "rpm", "suse", 2},             Kin{"sled", "rpm", "suse", 2},
    Kin{"suselinuxenterprise", "rpm", "suse", 2}, Kin{"suselinuxenterpriseserver", "rpm", "suse", 2},
    Kin{"slem", "rpm", "suse-micro", 2},     Kin{"slmicro", "rpm", "suse-micro", 2},    Kin{"susemicro", "rpm", "suse-micro", 2},
    Kin{"suselinuxmicro", "rpm", "suse-micro", 2}, Kin{"centosstream", "rpm", "redhat", 1},
    Kin{"slemicro", "rpm", "suse-micro", 2}, Kin{"suselinuxenterprisemicro", "rpm", "suse-micro", 2},
    Kin{"echo", "deb", "echo", 0},           Kin{"minimos", "apk", "minimos", 0},        Kin{"alpaquita", "apk", "alpaquita", 1},
    Kin{"openeuler", "rpm", "openeuler", 2}, Kin{"mageia", "rpm", "mageia", 1},         Kin{"kylin", "rpm", "kylin", 1}};

// "15-SP3" and "15 SP3" are 15.3.
std::string with_service_pack(std::string_view version) {
  std::string out = small(version);
  const auto at = out.find("sp");
  if (at == out.npos || at == 0) return out;
  std::string head = out.substr(0, at);
  while (!head.empty() && !is_digit(head.back())) head.pop_back();
  return head + "." + out.substr(at + 2);
}

// "22.03-LTS-SP3" and "22.03LTS_SP3" are 22.03-sp3: openEuler mends each service pack apart.
std::string openeuler_release(std::string_view version) {
  std::string release = leading(version, 2);
  const auto at = version.rfind("sp");
  if (at != version.npos && at + 2 < version.size() && is_digit(version[at + 2])) release += "-sp" + leading(version.substr(at + 2), 1);
  return release;
}

std::string release_of(const Kin& kin, std::string_view version) {
  const std::string word = small(version);
  for (const CodeName& code : kCodeNames) {
    // "bookworm", "bookworm/sid", "jammy-updates": the first word counts.
    if (code.space == kin.space && word.starts_with(code.name) &&
        (word.size() == code.name.size() || !is_word(word[code.name.size()]))) {
      return std::string(code.release);
    }
  }
  if (kin.parts == 0) return {};
  if (kin.space == "alpine" && word == "edge") return word;
  if (kin.space == "openeuler") return openeuler_release(word);
  const std::string release = leading(kin.space.starts_with("suse") ? with_service_pack(version) : word, kin.parts);
  // The first Amazon Linux was numbered by year and month.
  if (kin.space == "amazon" && release.size() == 4 && release.starts_with("201")) return "1";
  // "3" and "3.0": the feeds have the one, os-release the other.
  if (kin.space == "mariner" && !release.empty() && release.find('.') == release.npos) return release + ".0";
  return release;
}

struct Known {
  std::string_view vendor;   // squeezed
  std::string_view name;     // squeezed
  std::string_view type, space, key;
  std::string_view cpe;
};
// Longer names before shorter ones of the same maker: the first that fits is taken.
constexpr std::array kProducts = {
    Known{"fortinet", "fortios", "appliance", "fortinet", "fortios", "o:fortinet:fortios"},
    Known{"fortinet", "fortigate", "appliance", "fortinet", "fortios", "o:fortinet:fortios"},
    Known{"fortinet", "fortiproxy", "appliance", "fortinet", "fortiproxy", "a:fortinet:fortiproxy"},
    Known{"fortinet", "fortimanagercloud", "appliance", "fortinet", "fortimanager_cloud", "a:fortinet:fortimanager_cloud"},
    Known{"fortinet", "fortimanager", "appliance", "fortinet", "fortimanager", "a:fortinet:fortimanager"},
    Known{"fortinet", "fortianalyzer", "appliance", "fortinet", "fortianalyzer", "a:fortinet:fortianalyzer"},
    Known{"fortinet", "fortiweb", "appliance", "fortinet", "fortiweb", "a:fortinet:fortiweb"},
    Known{"fortinet", "fortimail", "appliance", "fortinet", "fortimail", "a:fortinet:fortimail"},
    Known{"fortinet", "fortisandbox", "appliance", "fortinet", "fortisandbox", "a:fortinet:fortisandbox"},
    Known{"fortinet", "fortiswitchmanager", "appliance", "fortinet", "fortiswitchmanager", "a:fortinet:fortiswitchmanager"},
    Known{"fortinet", "fortivoice", "appliance", "fortinet", "fortivoice", "a:fortinet:fortivoice"},
    Known{"fortinet", "forticlientems", "appliance", "fortinet", "forticlient_ems", "a:fortinet:forticlient_enterprise_management_server"},
    Known{"fortinet", "fortisiem", "appliance", "fortinet", "fortisiem", "a:fortinet:fortisiem"},
    Known{"fortinet", "fortiadc", "appliance", "fortinet", "fortiadc", "a:fortinet:fortiadc"},
    Known{"f5", "bigiq", "appliance", "f5", "big-iq", "a:f5:big-iq_centralized_management"},
    Known{"f5", "bigip", "appliance", "f5", "big-ip", "a:f5:big-ip_local_traffic_manager"},
    Known{"vmware", "vcenterserver", "appliance", "vmware", "vcenter", "a:vmware:vcenter_server"},
    Known{"vmware", "vcenter", "appliance", "vmware", "vcenter", "a:vmware:vcenter_server"},
    Known{"vmware", "esxi", "appliance", "vmware", "esxi", "o:vmware:esxi"},
    Known{"citrix", "netscaleradc", "appliance", "citrix", "netscaler_adc", "a:citrix:netscaler_application_delivery_controller"},
    Known{"citrix", "netscalergateway", "appliance", "citrix", "netscaler_gateway", "a:citrix:netscaler_gateway"},
    Known{"citrix", "netscaler", "appliance", "citrix", "netscaler_adc", "a:citrix:netscaler_application_delivery_controller"},
    Known{"paloaltonetworks", "panos", "appliance", "paloaltonetworks", "pan-os", "o:paloaltonetworks:pan-os"},
    Known{"ivanti", "connectsecure", "appliance", "ivanti", "connect_secure", "a:ivanti:connect_secure"},
    Known{"ivanti", "policysecure", "appliance", "ivanti", "policy_secure", "a:ivanti:policy_secure"},
    Known{"ivanti", "endpointmanagermobile", "appliance", "ivanti", "endpoint_manager_mobile", "a:ivanti:endpoint_manager_mobile"},
    Known{"cisco", "iosxe", "appliance", "cisco", "ios_xe", "o:cisco:ios_xe"},
    Known{"cisco", "adaptivesecurityappliance", "appliance", "cisco", "asa", "o:cisco:adaptive_security_appliance_software"},
    Known{"cisco", "asasoftware", "appliance", "cisco", "asa", "o:cisco:adaptive_security_appliance_software"},
    Known{"cisco", "firepowerthreatdefense", "appliance", "cisco", "ftd", "a:cisco:firepower_threat_defense"},
    Known{"juniper", "junosos", "appliance", "juniper", "junos", "o:juniper:junos"},
    Known{"juniper", "junos", "appliance", "juniper", "junos", "o:juniper:junos"},
    Known{"checkpoint", "quantumsecuritygateway", "appliance", "checkpoint", "quantum", "o:checkpoint:quantum_security_gateway_firmware"},
    Known{"sonicwall", "sonicos", "appliance", "sonicwall", "sonicos", "o:sonicwall:sonicos"},
    Known{"sophos", "sophosfirewall", "appliance", "sophos", "firewall", "o:sophos:sfos"},
    Known{"mikrotik", "routeros", "appliance", "mikrotik", "routeros", "o:mikrotik:routeros"},
    Known{"zyxel", "zld", "appliance", "zyxel", "zld", "o:zyxel:zld"},
    Known{"veeam", "backupreplication", "appliance", "veeam", "backup_replication", "a:veeam:veeam_backup_\\&_replication"},
    Known{"microsoft", "exchangeserver2013", "windows", "microsoft", "exchange server 2013", "a:microsoft:exchange_server"},
    Known{"microsoft", "exchangeserver2016", "windows", "microsoft", "exchange server 2016", "a:microsoft:exchange_server"},
    Known{"microsoft", "exchangeserver2019", "windows", "microsoft", "exchange server 2019", "a:microsoft:exchange_server"},
    Known{"microsoft", "exchangeserver", "windows", "microsoft", "exchange server", "a:microsoft:exchange_server"},
    Known{"microsoft", "sharepointserver2016", "windows", "microsoft", "sharepoint server 2016", "a:microsoft:sharepoint_server"},
    Known{"microsoft", "sharepointserver2019", "windows", "microsoft", "sharepoint server 2019", "a:microsoft:sharepoint_server"},
    Known{"microsoft", "sharepointserver", "windows", "microsoft", "sharepoint server", "a:microsoft:sharepoint_server"},
    Known{"google", "chrome", "windows", "google", "chrome", "a:google:chrome"},
    Known{"mozilla", "firefox", "windows", "mozilla", "firefox", "a:mozilla:firefox"},
    Known{"rarlab", "winrar", "windows", "rarlab", "winrar", "a:rarlab:winrar"},
    Known{"7zip", "7zip", "windows", "7-zip", "7-zip", "a:7-zip:7-zip"},
    Known{"wordpress", "wordpress", "cms", "", "wordpress", "a:wordpress:wordpress"},
    Known{"joomla", "joomla", "cms", "", "joomla", "a:joomla:joomla\\!"},
    Known{"drupal", "drupal", "cms", "", "drupal", "a:drupal:drupal"},
    Known{"dnnsoftware", "dnndotnetnuke", "cms", "", "dotnetnuke", "a:dnnsoftware:dotnetnuke"},
    Known{"dnnsoftware", "dotnetnuke", "cms", "", "dotnetnuke", "a:dnnsoftware:dotnetnuke"},
    Known{"synacor", "zimbracollaborationsuite", "appliance", "zimbra", "collaboration", "a:zimbra:collaboration"},
    Known{"zimbra", "zimbra", "appliance", "zimbra", "collaboration", "a:zimbra:collaboration"},
    Known{"atlassian", "confluence", "appliance", "atlassian", "confluence", "a:atlassian:confluence_server"},
    Known{"gitlab", "gitlab", "appliance", "gitlab", "gitlab", "a:gitlab:gitlab"},
    Known{"oracle", "weblogicserver", "appliance", "oracle", "weblogic_server", "a:oracle:weblogic_server"},
    Known{"apache", "tomcat", "generic", "apache", "tomcat", "a:apache:tomcat"},
    Known{"apache", "httpserver", "generic", "apache", "httpd", "a:apache:http_server"}};

bool says(std::string_view name, const Known& known) {
  if (!name.starts_with(known.vendor) && name != known.name) return false;
  if (name.starts_with(known.vendor) && name.size() > known.vendor.size()) name.remove_prefix(known.vendor.size());
  return name == known.name || (name.starts_with("vsphere") && name.substr(7) == known.name);
}

// Windows itself, in the words of its maker: "Windows Server 2019", "Windows 10 Version 22H2".
std::optional<Product> windows_of(std::string_view maker, std::string_view word, std::string_view name) {
  if (!maker.empty() && !maker.starts_with("microsoft")) return std::nullopt;
  if (word.starts_with("microsoft")) word.remove_prefix(9);
  constexpr std::array<std::string_view, 6> kSystems = {"windows7", "windows8", "windows10", "windows11", "windowsserver20", "windowsserverversion"};
  if (std::ranges::none_of(kSystems, [&](std::string_view system) { return word.starts_with(system); })) return std::nullopt;
  const std::string lower = small(name);
  std::string key;
  for (const char c : std::string_view(lower).substr(lower.find("windows"))) {
    const bool blank = c == ' ' || c == '\t' || c == '_';
    if (!blank) key += c;
    else if (!key.empty() && key.back() != ' ') key += ' ';
  }
  while (!key.empty() && key.back() == ' ') key.pop_back();
  return Product{{"windows", "microsoft", key, {}}, {}};
}

}  // namespace

std::optional<Distribution> find_distribution(std::string_view name, std::string_view version) {
  const std::string word = squeezed(name);
  const auto kin = std::ranges::find(kKin, word, &Kin::squeezed);
  if (kin == kKin.end()) return std::nullopt;
  return Distribution{std::string(kin->type), std::string(kin->space), release_of(*kin, version)};
}

bool lacks_release(const PackageKey& key) {
  if (!key.release.empty() || (key.type != "deb" && key.type != "rpm" && key.type != "apk")) return false;
  const auto kin = std::ranges::find(kKin, squeezed(key.space), &Kin::squeezed);
  return kin == kKin.end() || kin->parts != 0;
}

std::optional<Product> find_product(std::string_view vendor, std::string_view name) {
  const std::string maker = squeezed(vendor);
  std::string word = squeezed(name);
  if (word.empty() || word.size() > 120) return std::nullopt;
  if (auto windows = windows_of(maker, word, name)) return windows;
  for (const Known& known : kProducts) {
    // A maker that is told must be the product's: another's "Firewall" is not this one.
    if (!maker.empty() && !maker.starts_with(known.vendor)) continue;
    if (says(word, known)) {
      return Product{{std::string(known.type), std::string(known.space), std::string(known.key), {}}, known.cpe};
    }
  }
  return std::nullopt;
}

std::optional<Product> product_of(const PackageKey& key) {
  const auto known = std::ranges::find_if(kProducts, [&](const Known& one) { return one.type == key.type && one.space == key.space && one.key == key.name; });
  if (known == kProducts.end()) return find_product(key.space, key.name);
  return Product{{std::string(known->type), std::string(known->space), std::string(known->key), {}}, known->cpe};
}

namespace {

// The parts of a name; a colon behind a backslash divides nothing.
std::vector<std::string> cpe_parts(std::string_view text) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      parts.back().append(text.substr(i, 2));
      ++i;
    } else if (text[i] == ':') {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  return parts;
}

// A part of a 2.2 URI as 2.3 writes it; nothing if it is malformed.
std::optional<std::string> unbound(std::string_view part) {
  if (part.empty()) return "*";
  if (part == "-") return "-";
  std::string out;
  for (std::size_t i = 0; i < part.size(); ++i) {
    char c = part[i];
    bool quoted = !is_word(static_cast<char>(c | 0x20)) && c != '_';
    if (is_digit(c)) quoted = false;
    if (c == '%') {
      if (i + 2 >= part.size()) return std::nullopt;
      const auto nibble = [](char h) { return is_digit(h) ? h - '0' : (h | 0x20) >= 'a' && (h | 0x20) <= 'f' ? (h | 0x20) - 'a' + 10 : -1; };
      const int high = nibble(part[i + 1]), low = nibble(part[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      const int value = high * 16 + low;
      i += 2;
      if (value == 1) { out += '?'; continue; }
      if (value == 2) { out += '*'; continue; }
      if (value < 0x21 || value > 0x7e) return std::nullopt;
      c = static_cast<char>(value);
      quoted = true;
    }
    if (quoted && c != '.' && c != '-') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string as_cpe23(std::string_view cpe) {
  if (cpe.size() > 1'024) return {};
  for (const char c : cpe) {
    if (static_cast<unsigned char>(c) < 0x21 || static_cast<unsigned char>(c) > 0x7e) return {};
  }
  if (cpe.starts_with("cpe:2.3:")) return cpe_parts(cpe).size() == 13 ? small(cpe) : std::string();
  if (!cpe.starts_with("cpe:/")) return {};
  const auto parts = cpe_parts(cpe.substr(5));
  if (parts.size() > 7 || parts.empty() || parts[0].size() != 1) return {};
  std::string name = "cpe:2.3";
  for (std::size_t i = 0; i < 11; ++i) {
    std::string_view part = i < parts.size() ? std::string_view(parts[i]) : std::string_view();
    // "~edition~sw~target~hw~other" packs parts that 2.2 has none for: any of them will do.
    if (i == 5 && part.starts_with('~')) part = {};
    if (i == 6 && parts.size() < 7) part = {};
    const auto text = unbound(part);
    if (!text) return {};
    name += ":" + small(*text);
  }
  return name;
}

std::string cpe_of_version(std::string_view cpe, std::string_view version) {
  if (cpe.empty() || version.empty()) return {};
  std::string name = "cpe:2.3:" + std::string(cpe) + ":";
  for (const char c : small(version)) {
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) > 0x7e) return {};
    if (!is_word(c) && c != '.' && c != '-' && c != '_') name += '\\';
    name += c;
  }
  return as_cpe23(name + ":*:*:*:*:*:*:*");
}

std::optional<Installed> written_product(std::string_view vendor, std::string_view name, std::string_view version) {
  auto known = find_product(vendor, name);
  if (const auto blank = name.rfind(' '); !known && version.empty() && blank != name.npos) {
    known = find_product(vendor, name.substr(0, blank));
    version = name.substr(blank + 1);
  }
  if (!known) return std::nullopt;
  if (version.starts_with('v') || version.starts_with('V')) version.remove_prefix(1);
  // "7.4.3 build2573 (GA)": the first word.
  version = version.substr(0, version.find_first_of(" ,("));
  return Installed{.key = std::move(known->key), .version = std::string(version), .cpe = cpe_of_version(known->cpe, version)};
}

PackageKey key_of_cpe(std::string_view cpe) {
  const std::string name = as_cpe23(cpe);
  if (name.empty()) return {"cpe", "", "", ""};
  const auto parts = cpe_parts(name);
  return {"cpe", parts[3], parts[4], ""};
}

}  // namespace khien::advisory
