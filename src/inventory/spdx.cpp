#include "collecting.hpp"

namespace khien::inventory {
namespace {

struct Package {
  std::string where;
  std::string name, version, purl, cpe;
  std::string source;  // SPDX's sourceInfo
};

// "built package from: libidn2 2.0.5-1", as Trivy writes it; its text is otherwise free.
void take_source_info(std::string_view info, advisory::Installed& one) {
  constexpr std::string_view kBuilt = "built package from: ";
  if (info.starts_with("<text>")) info.remove_prefix(6);
  if (!info.starts_with(kBuilt)) return;
  info = trim(info.substr(kBuilt.size(), info.find_first_of("\n<", kBuilt.size()) - kBuilt.size()));
  const auto name = take_until(info, " ");
  if (info.find(' ') != info.npos) return;
  one.source = name;
  one.source_version = info;
}

Result<void> add_package(Package package, Collecting& into) {
  if (package.version == "NOASSERTION") package.version.clear();
  advisory::Installed one;
  one.version = package.version;
  one.cpe = advisory::as_cpe23(package.cpe);
  if (!package.purl.empty()) {
    auto url = advisory::parse_package_url(package.purl);
    if (!url) {
      into.pass_over(package.where, url.error().what());
      return {};
    }
    one.key = url->key;
    if (!url->version.empty()) one.version = url->version;
    take_upstream(url->upstream, one);
    if (one.source.empty()) take_source_info(package.source, one);
    lend_epoch(one);
  } else if (!one.cpe.empty()) {
    one.key = advisory::key_of_cpe(one.cpe);
  } else {
    into.pass_over(package.where, "neither purl nor cpe: " + package.name);
    return {};
  }
  return into.add(package.where, std::move(one), package.name);
}

void take_reference(std::string_view type, std::string_view locator, Package& package) {
  if (type == "purl" && package.purl.empty()) package.purl = locator;
  if ((type == "cpe23Type" || type == "cpe22Type") && package.cpe.empty()) package.cpe = locator;
}

}  // namespace

Result<void> read_spdx_json(const Json& root, Collecting& into) {
  if (!text_of(root, "spdxVersion").starts_with("SPDX-2.")) return Error(Code::invalid, "spdxVersion is none of SPDX 2");
  const auto items = items_of(root, "packages");
  for (std::size_t i = 0; i < items.size(); ++i) {
    Package package{"packages[" + std::to_string(i) + "]", std::string(text_of(items[i], "name")), std::string(text_of(items[i], "versionInfo")), "", "", std::string(text_of(items[i], "sourceInfo"))};
    if (text_of(items[i], "primaryPackagePurpose") == "OPERATING-SYSTEM") {
      into.set_os(package.name, "", package.version);
      continue;
    }
    for (const Json& one : items_of(items[i], "externalRefs")) take_reference(text_of(one, "referenceType"), text_of(one, "referenceLocator"), package);
    TRY_VOID(add_package(std::move(package), into));
  }
  return {};
}

Result<void> read_spdx_text(std::string_view text, Collecting& into) {
  Package package;
  std::size_t line_number = 0;
  bool system = false;
  const auto end = [&]() -> Result<void> {
    if (package.name.empty()) return {};
    Package one = std::exchange(package, {});
    if (std::exchange(system, false)) {
      into.set_os(one.name, "", one.version);
      return {};
    }
    return add_package(std::move(one), into);
  };
  while (!text.empty()) {
    std::string_view line = take_line(text);
    ++line_number;
    const auto tag = trim(take_until(line, ":"));
    const auto value = trim(line);
    if (tag == "PackageName") {
      TRY_VOID(end());
      package.name = value;
      package.where = line_name(line_number);
    }
    if (tag == "PackageVersion") package.version = value;
    if (tag == "PrimaryPackagePurpose") system = value == "OPERATING-SYSTEM";
    if (tag == "PackageSourceInfo") package.source = value;
    if (tag == "ExternalRef") {
      std::string_view rest = value;
      (void)take_until(rest, " ");  // its category
      const auto type = trim(take_until(rest, " "));
      take_reference(type, trim(rest), package);
    }
  }
  return end();
}

}  // namespace khien::inventory
