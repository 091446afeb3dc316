#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/observation.hpp"
#include "khien/model/severity.hpp"
#include "khien/patch/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::patch {

// A known vulnerability of an installed package, followed or not.
struct KnownVulnerability {
  std::string name;
  Severity severity = Severity::info;
  bool unknown = false;       // it would be affected; its version is not told
  std::int64_t standing = 0;  // advisory::Affected::Standing
  std::string fixed, record, rule;
  bool followed = false, exploited = false;
  std::optional<double> likelihood;  // EPSS
  std::optional<AdvisoryId> advisory;
};
struct Software {
  Package package;
  std::vector<KnownVulnerability> vulnerabilities;  // followed first, then worst; at most 200
};
struct SoftwareQuery {
  enum class View : unsigned char { all, vulnerable, followed };
  View view = View::all;
  std::string words;  // of name and version
  std::string cursor;
  std::size_t limit = 200;
};
struct SoftwarePage {
  std::vector<Software> items;  // by name
  std::int64_t total = 0;
  std::optional<std::string> next;
  // Of the whole machine:
  std::int64_t packages = 0, vulnerable = 0, vulnerabilities = 0, followed = 0;
  std::optional<Timestamp> inventory_at;
  std::string kernel_running, kernel_installed;
  bool judged = false;  // by a book; without one nothing is known
};
// Code::not_found outside of the scope.
Result<SoftwarePage> list_software(store::Connection& connection, const store::TenantScope& scope, MachineId machine,
                                   const SoftwareQuery& query);

}  // namespace khien::patch
