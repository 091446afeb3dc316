#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include "khien/exchange/avreport.hpp"

namespace khien::exchange {

inline std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

inline Budget plenty() {
  return Budget({.bytes_in = 64u << 20, .bytes_out = 64u << 20, .depth = 40, .entries = 2'000'000, .time = minutes(5)});
}

inline Scheme scheme_of(const std::string& id) {
  Budget budget = plenty();
  auto scheme = Scheme::from_yaml(file_text(std::string(KHIEN_SOURCE_DIR) + "/content/exchange/avreport-" + id + ".yaml"), budget);
  if (!scheme) throw std::runtime_error(scheme.error().what());
  return std::move(scheme).value();
}

inline Organisation sample_organisation() {
  return {.id = "000.00.12.H28", .name = "UBND tỉnh Mẫu", .address = "1 Lê Lợi", .email = "cntt@mau.gov.vn", .telephone = "0290 123",
          .fax = "", .website = "https://mau.gov.vn", .in_charge = "Công an tỉnh"};
}

inline AvReport sample_report() {
  AvReport report{.from = sample_organisation(), .subject = "Chia sẻ thông tin mã độc", .at = {1'790'000'000'000}, .rows = {}};
  const Facts one{{"ip", "10.1.2.3"}, {"name", "xa-tan-lap-01"}, {"ip_public", "203.0.113.7"}};
  const auto with = [](Facts facts, Facts more) {
    facts.merge(more);
    return facts;
  };
  const std::string sha(64, 'a');
  report.rows = {
      {RowKind::malware, with(one, {{"malware_name", "Win.Trojan.Agent-1"}, {"malware_type", "Trojan"}, {"behaviour", "quarantined"},
                                    {"device_type", "workstation"}, {"files", "1"}, {"path", "C:\\Users\\*\\Downloads\\a&b.exe"}, {"sha256", sha}})},
      {RowKind::malware, with(one, {{"malware_name", "Eicar <test> \"x\""}, {"malware_type", "Test"}, {"behaviour", "found"},
                                    {"device_type", "workstation"}, {"files", "2"}, {"path", "/srv/x"}, {"sha256", sha}})},
      {RowKind::connection, with(one, {{"program", "x.exe"}, {"md5", std::string(32, 'b')}, {"sha256", sha}, {"target_ip", "198.51.100.1"},
                                       {"target_port", "443"}})},
      {RowKind::vulnerability, with(one, {{"vulnerability", "CVE-2024-3094"}, {"os", "Debian GNU/Linux 12"}})},
      {RowKind::machine, with(one, {{"os", "Debian GNU/Linux 12"}, {"last_update", "1789999000"}, {"auto_protect", "on"}, {"firewall", "off"}})},
      {RowKind::machine, {{"ip", ""}, {"name", "xa-tan-lap-02"}, {"ip_public", ""}, {"os", "Windows 11"}, {"last_update", ""},
                          {"auto_protect", "off"}, {"firewall", "unknown"}}},
  };
  report.not_updated = 1;
  return report;
}

}  // namespace khien::exchange
