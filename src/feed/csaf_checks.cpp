#include <array>
#include <cmath>
#include <utility>

#include "csaf_document.hpp"
#include "json_text.hpp"

namespace khien::feed {
namespace {

std::string at(const std::string& path, std::string_view name, std::size_t i) { return path + "." + std::string(name) + "[" + std::to_string(i) + "]"; }

// Every product id that a list has is defined.
Result<void> check_products(const Json& json, std::string_view list, const std::string& path, const CsafTree& tree) {
  for (const Json& one : items_of(json, list)) {
    const auto id = one.string();
    if (!id) return csaf_fault("schema", path + "." + std::string(list), "a product id is no text");
    if (!tree.products.contains(*id)) return csaf_fault("6.1.1", path + "." + std::string(list), "product_id '" + std::string(*id) + "' is not defined");
  }
  return {};
}

Result<void> check_groups(const Json& json, const std::string& path, const CsafTree& tree) {
  for (const Json& one : items_of(json, "group_ids")) {
    const auto id = one.string();
    if (!id || !tree.groups.contains(*id)) {
      return csaf_fault("6.1.4", path + ".group_ids", "group_id '" + std::string(id ? *id : "") + "' is not defined");
    }
  }
  return {};
}

constexpr std::array<std::pair<std::string_view, int>, 8> kStatuses = {{{"first_affected", 1},
                                                                       {"known_affected", 1},
                                                                       {"last_affected", 1},
                                                                       {"known_not_affected", 2},
                                                                       {"first_fixed", 3},
                                                                       {"fixed", 3},
                                                                       {"under_investigation", 4},
                                                                       {"recommended", 0}}};

Result<void> check_status(const Json& vulnerability, const std::string& path, const CsafTree& tree) {
  const auto status = object_of(vulnerability, "product_status");
  if (!status) return {};
  std::map<std::string, int, std::less<>> groups;
  for (const auto& [name, group] : kStatuses) {
    TRY_VOID(check_products(*status, name, path + ".product_status", tree));
    if (group == 0) continue;
    for (const Json& one : items_of(*status, name)) {
      const std::string id(*one.string());
      const auto [known, is_new] = groups.emplace(id, group);
      if (!is_new && known->second != group) {
        return csaf_fault("6.1.6", path + ".product_status." + std::string(name), "product_id '" + id + "' has contradicting states");
      }
    }
  }
  return {};
}

// remediations, threats, flags: whom they are about.
Result<void> check_subjects(const Json& vulnerability, const std::string& path, const CsafTree& tree) {
  for (const auto& [list, test] : std::array<std::pair<std::string_view, std::string_view>, 3>{
           {{"remediations", "6.1.29"}, {"flags", "6.1.32"}, {"threats", ""}}}) {
    const auto items = items_of(vulnerability, list);
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::string here = at(path, list, i);
      TRY_VOID(check_products(items[i], "product_ids", here, tree));
      TRY_VOID(check_groups(items[i], here, tree));
      if (!test.empty() && !items[i].field("product_ids") && !items[i].field("group_ids")) {
        return csaf_fault(test, here, "it names no product");
      }
    }
  }
  return {};
}

bool is_justification(std::string_view label) {
  constexpr std::array<std::string_view, 5> kLabels = {"component_not_present", "inline_mitigations_already_exist",
                                                       "vulnerable_code_cannot_be_controlled_by_adversary",
                                                       "vulnerable_code_not_in_execute_path", "vulnerable_code_not_present"};
  for (const std::string_view known : kLabels) {
    if (label == known) return true;
  }
  return false;
}

Result<void> check_flags(const Json& vulnerability, const std::string& path, const CsafTree& tree) {
  std::map<std::string, std::string, std::less<>> labels;
  for (const Json& flag : items_of(vulnerability, "flags")) {
    const std::string label(text_of(flag, "label"));
    if (!is_justification(label)) continue;
    TRY_VOID(tree.each_named(flag, [&](std::string_view id) -> Result<void> {
      const auto [known, is_new] = labels.emplace(id, label);
      if (!is_new && known->second != label) return csaf_fault("6.1.33", path + ".flags", "product_id '" + std::string(id) + "' has two justifications");
      return {};
    }));
  }
  return {};
}

Result<void> check_involvements(const Json& vulnerability, const std::string& path) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const Json& one : items_of(vulnerability, "involvements")) {
    const std::pair<std::string, std::string> who(text_of(one, "party"), text_of(one, "date"));
    if (!seen.insert(who).second) return csaf_fault("6.1.24", path + ".involvements", "party '" + who.first + "' twice on one date");
  }
  return {};
}

// The property of a CVSS object that stands for a metric of its vector.
struct Property {
  std::string_view name, metric;
};
constexpr std::array kProperties3 = {
    Property{"attackVector", "AV"},     Property{"attackComplexity", "AC"},      Property{"privilegesRequired", "PR"},
    Property{"userInteraction", "UI"},  Property{"scope", "S"},                  Property{"confidentialityImpact", "C"},
    Property{"integrityImpact", "I"},   Property{"availabilityImpact", "A"},     Property{"exploitCodeMaturity", "E"},
    Property{"remediationLevel", "RL"}, Property{"reportConfidence", "RC"},      Property{"modifiedAttackVector", "MAV"},
    Property{"modifiedScope", "MS"}};
constexpr std::array kProperties2 = {
    Property{"accessVector", "AV"},          Property{"accessComplexity", "AC"}, Property{"authentication", "Au"},
    Property{"confidentialityImpact", "C"},  Property{"integrityImpact", "I"},   Property{"availabilityImpact", "A"}};

std::string_view metric_in(std::string_view vector, std::string_view metric) {
  while (!vector.empty()) {
    const auto part = vector.substr(0, vector.find('/'));
    vector.remove_prefix(std::min(part.size() + 1, vector.size()));
    if (part.size() > metric.size() && part.starts_with(metric) && part[metric.size()] == ':') return part.substr(metric.size() + 1);
  }
  return {};
}

// Values are words that begin with the vector's letter, but for few.
bool same_metric(std::string_view word, std::string_view letter) {
  if (letter.empty()) return word == "NOT_DEFINED";
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kOthers = {
      {{"NOT_DEFINED", "X"}, {"PROOF_OF_CONCEPT", "P"}, {"OFFICIAL_FIX", "O"}, {"TEMPORARY_FIX", "T"}, {"WORKAROUND", "W"},
       {"UNAVAILABLE", "U"}, {"ADJACENT_NETWORK", "A"}, {"NOT_DEFINED", "ND"}, {"PROOF_OF_CONCEPT", "POC"}, {"OFFICIAL_FIX", "OF"}}};
  for (const auto& [known, sign] : kOthers) {
    if (word == known && letter == sign) return true;
  }
  return !word.empty() && letter.size() == 1 && word.front() == letter.front();
}

Result<void> check_cvss(const Json& cvss, bool is_3, const std::string& path) {
  const auto vector = text_of(cvss, "vectorString"), version = text_of(cvss, "version");
  const auto score = cvss.field("baseScore");
  const auto number = score ? score->number() : Result<double>(Error(Code::not_found, ""));
  const bool right = is_3 ? (version == "3.0" || version == "3.1") : version == "2.0";
  if (!right) return csaf_fault("6.1.8", path, "version is missing or of no CVSS of this name");
  if (!number || *number < 0 || *number > 10) return csaf_fault("6.1.8", path, "baseScore is missing or no score");
  if (is_3 && text_of(cvss, "baseSeverity").empty()) return csaf_fault("6.1.8", path, "baseSeverity is missing");
  if (is_3 && !vector.starts_with("CVSS:" + std::string(version) + "/")) return csaf_fault("6.1.8", path, "vectorString is not of version " + std::string(version));
  const auto computed = cvss_score(vector);
  if (!computed) return csaf_fault("6.1.8", path, "vectorString is malformed");
  if (std::abs(*computed - *number) > 0.049) return csaf_fault("6.1.9", path, "baseScore is not what vectorString makes");
  if (is_3) {
    static constexpr std::array<std::string_view, 5> kWords = {"NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL"};
    const auto word = kWords[static_cast<std::size_t>(severity_of_score(*number))];
    if (text_of(cvss, "baseSeverity") != word) return csaf_fault("6.1.9", path, "baseSeverity is not of baseScore");
  }
  const auto compare = [&](const auto& properties) -> Result<void> {
    for (const Property& property : properties) {
      const auto value = text_of(cvss, property.name);
      if (!value.empty() && !same_metric(value, metric_in(vector, property.metric))) {
        return csaf_fault("6.1.10", path + "." + std::string(property.name), "it contradicts vectorString");
      }
    }
    return {};
  };
  return is_3 ? compare(kProperties3) : compare(kProperties2);
}

}  // namespace

Result<void> check_csaf_scores(const Json& vulnerability, const std::string& path) {
  std::set<std::pair<std::string, std::string>> seen;
  const auto scores = items_of(vulnerability, "scores");
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const std::string here = at(path, "scores", i);
    for (const auto& [name, is_3] : std::array<std::pair<std::string_view, bool>, 2>{{{"cvss_v3", true}, {"cvss_v2", false}}}) {
      const auto cvss = object_of(scores[i], name);
      if (!cvss) continue;
      TRY_VOID(check_cvss(*cvss, is_3, here + "." + std::string(name)));
      for (const Json& one : items_of(scores[i], "products")) {
        const auto id = one.string();
        const std::string version(text_of(*cvss, "version"));
        if (id && !seen.emplace(std::string(*id), version).second) {
          return csaf_fault("6.1.7", here, "product_id '" + std::string(*id) + "' has two scores of CVSS " + version);
        }
      }
    }
  }
  return {};
}

Result<void> check_csaf(const Json& root, const CsafTree& tree) {
  const auto document = object_of(root, "document");
  if (!document) return csaf_fault("schema", "document", "it is missing");
  if (text_of(*document, "csaf_version") != "2.0") return csaf_fault("schema", "document.csaf_version", "it is not 2.0");
  std::set<std::string> cves;
  const auto vulnerabilities = items_of(root, "vulnerabilities");
  for (std::size_t i = 0; i < vulnerabilities.size(); ++i) {
    const Json& one = vulnerabilities[i];
    const std::string path = "vulnerabilities[" + std::to_string(i) + "]";
    if (const std::string cve(text_of(one, "cve")); !cve.empty()) {
      if (!cve_of(cve)) return csaf_fault("schema", path + ".cve", "it is no CVE id");
      if (!cves.insert(cve).second) return csaf_fault("6.1.23", path + ".cve", cve + " is there twice");
    }
    TRY_VOID(check_status(one, path, tree));
    TRY_VOID(check_subjects(one, path, tree));
    const auto scores = items_of(one, "scores");
    for (std::size_t s = 0; s < scores.size(); ++s) TRY_VOID(check_products(scores[s], "products", at(path, "scores", s), tree));
    TRY_VOID(check_csaf_scores(one, path));
    TRY_VOID(check_flags(one, path, tree));
    TRY_VOID(check_involvements(one, path));
  }
  TRY_VOID(check_csaf_history(*document));
  return check_csaf_profile(root, tree);
}

}  // namespace khien::feed
