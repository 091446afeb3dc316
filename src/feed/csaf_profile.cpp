#include <algorithm>
#include <array>

#include "csaf_document.hpp"
#include "json_text.hpp"

// 6.1.15 and 6.1.26 to 6.1.28: what a document of a kind must have.
namespace khien::feed {
namespace {

bool has_one(const Json& json, std::string_view list, std::initializer_list<std::string_view> categories) {
  for (const Json& one : items_of(json, list)) {
    if (std::ranges::find(categories, text_of(one, "category")) != categories.end()) return true;
  }
  return false;
}

std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != '-' && c != '_' && c != ' ') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

Result<void> check_name(std::string_view category) {
  constexpr std::array<std::string_view, 5> kProfiles = {"csaf_base", "csaf_security_incident_response", "csaf_informational_advisory",
                                                         "csaf_security_advisory", "csaf_vex"};
  if (std::ranges::find(kProfiles, category) != kProfiles.end()) return {};
  std::string name = squeezed(category);
  if (name.starts_with("csaf")) name.erase(0, 4);
  for (const std::string_view profile : kProfiles) {
    if (profile != "csaf_base" && name == squeezed(profile).substr(4)) return csaf_fault("6.1.26", "document.category", "'" + std::string(category) + "' is a profile's name");
  }
  if (squeezed(category).starts_with("csaf")) return csaf_fault("6.1.26", "document.category", "'" + std::string(category) + "' is reserved");
  return {};
}

Result<void> check_informing(const Json& root, const Json& document, std::string_view category) {
  if (!has_one(document, "notes", {"description", "details", "general", "summary"})) {
    return csaf_fault("6.1.27.1", "document.notes", "none that describes, details or sums up");
  }
  if (!has_one(document, "references", {"external"})) return csaf_fault("6.1.27.2", "document.references", "none that is external");
  if (category == "csaf_informational_advisory" && root.field("vulnerabilities")) {
    return csaf_fault("6.1.27.3", "vulnerabilities", "this kind of document has none");
  }
  return {};
}

// Products of a list of a vulnerability's status.
std::set<std::string> in_status(const Json& vulnerability, std::string_view list) {
  std::set<std::string> ids;
  if (const auto status = object_of(vulnerability, "product_status")) {
    for (const Json& one : items_of(*status, list)) {
      if (const auto id = one.string()) ids.emplace(*id);
    }
  }
  return ids;
}

Result<std::set<std::string>> covered_by(const Json& vulnerability, std::string_view list, std::string_view category, const CsafTree& tree) {
  std::set<std::string> ids;
  for (const Json& one : items_of(vulnerability, list)) {
    if (!category.empty() && text_of(one, "category") != category) continue;
    TRY_VOID(tree.each_named(one, [&](std::string_view id) -> Result<void> {
      ids.emplace(id);
      return {};
    }));
  }
  return ids;
}

Result<void> check_vex(const Json& vulnerability, const std::string& path, const CsafTree& tree) {
  bool any = false;
  for (const std::string_view list : {"fixed", "known_affected", "known_not_affected", "under_investigation"}) {
    any = any || !in_status(vulnerability, list).empty();
  }
  if (!any) return csaf_fault("6.1.27.7", path + ".product_status", "no state is told");
  if (!vulnerability.field("cve") && !vulnerability.field("ids")) return csaf_fault("6.1.27.8", path, "neither cve nor ids");
  TRY(auto explained, covered_by(vulnerability, "flags", "", tree));
  TRY(auto by_impact, covered_by(vulnerability, "threats", "impact", tree));
  explained.merge(by_impact);
  for (const std::string& id : in_status(vulnerability, "known_not_affected")) {
    if (!explained.contains(id)) return csaf_fault("6.1.27.9", path, "nothing tells why '" + id + "' is not affected");
  }
  TRY(const auto mended, covered_by(vulnerability, "remediations", "", tree));
  for (const std::string& id : in_status(vulnerability, "known_affected")) {
    if (!mended.contains(id)) return csaf_fault("6.1.27.10", path, "nothing tells what to do for '" + id + "'");
  }
  return {};
}

Result<void> check_advising(const Json& root, std::string_view category, const CsafTree& tree) {
  if (!root.field("product_tree")) return csaf_fault("6.1.27.4", "product_tree", "it is missing");
  const auto vulnerabilities = items_of(root, "vulnerabilities");
  if (vulnerabilities.empty()) return csaf_fault("6.1.27.11", "vulnerabilities", "they are missing");
  for (std::size_t i = 0; i < vulnerabilities.size(); ++i) {
    const std::string path = "vulnerabilities[" + std::to_string(i) + "]";
    if (!vulnerabilities[i].field("notes")) return csaf_fault("6.1.27.5", path + ".notes", "they are missing");
    if (category == "csaf_security_advisory" && !vulnerabilities[i].field("product_status")) {
      return csaf_fault("6.1.27.6", path + ".product_status", "it is missing");
    }
    if (category == "csaf_vex") TRY_VOID(check_vex(vulnerabilities[i], path, tree));
  }
  return {};
}

}  // namespace

Result<void> check_csaf_profile(const Json& root, const CsafTree& tree) {
  TRY(const Json document, root.field("document"));
  const auto category = text_of(document, "category");
  TRY_VOID(check_name(category));
  const auto publisher = object_of(document, "publisher");
  if (publisher && text_of(*publisher, "category") == "translator" && !document.field("source_lang")) {
    return csaf_fault("6.1.15", "document.source_lang", "it is missing, but the publisher translates");
  }
  const auto language = text_of(document, "lang");
  if (!language.empty() && squeezed(language) == squeezed(text_of(document, "source_lang"))) {
    return csaf_fault("6.1.28", "document.source_lang", "it is the document's own language");
  }
  if (category == "csaf_informational_advisory" || category == "csaf_security_incident_response") return check_informing(root, document, category);
  if (category == "csaf_security_advisory" || category == "csaf_vex") return check_advising(root, category, tree);
  return {};
}

}  // namespace khien::feed
