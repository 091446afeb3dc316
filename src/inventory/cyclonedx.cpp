#include "collecting.hpp"
#include "khien/advisory/ecosystem.hpp"

namespace khien::inventory {
namespace {

constexpr std::size_t kMostNesting = 32;

// A property by the end of its name: "aquasecurity:trivy:SrcName".
std::string_view property_of(const Json& component, std::string_view ending) {
  for (const Json& one : items_of(component, "properties")) {
    if (text_of(one, "name").ends_with(ending)) return text_of(one, "value");
  }
  return {};
}

// Trivy tells a package's source in properties, others in purl's "upstream".
void add_source(const Json& component, const advisory::PackageUrl& url, advisory::Installed& one) {
  one.source = property_of(component, ":SrcName");
  const auto version = property_of(component, ":SrcVersion"), release = property_of(component, ":SrcRelease"), epoch = property_of(component, ":SrcEpoch");
  if (!version.empty()) {
    one.source_version = (epoch.empty() || epoch == "0" ? "" : std::string(epoch) + ":") + std::string(version) + (release.empty() ? "" : "-" + std::string(release));
  }
  if (one.source.empty()) take_upstream(url.upstream, one);
  lend_epoch(one);
}

Result<void> add_component(const Json& component, const std::string& where, Collecting& into) {
  const auto type = text_of(component, "type"), name = text_of(component, "name"), version = text_of(component, "version");
  if (type == "operating-system") {
    into.set_os(name, "", version);
    return {};
  }
  const auto purl = text_of(component, "purl"), cpe = text_of(component, "cpe");
  advisory::Installed one;
  one.cpe = advisory::as_cpe23(cpe);
  if (!purl.empty()) {
    auto url = advisory::parse_package_url(purl);
    if (!url) {
      into.pass_over(where, url.error().what());
      return {};
    }
    one.key = url->key;
    one.version = url->version.empty() ? std::string(version) : url->version;
    add_source(component, *url, one);
    return into.add(where, std::move(one), name.empty() ? std::string_view(one.key.name) : name);
  }
  if (auto known = advisory::find_product(text_of(component, "publisher"), name)) {
    one.key = std::move(known->key);
  } else if (!one.cpe.empty()) {
    one.key = advisory::key_of_cpe(one.cpe);
  } else {
    into.pass_over(where, "neither purl nor cpe: " + std::string(name));
    return {};
  }
  one.version = version;
  return into.add(where, std::move(one), name);
}

Result<void> add_components(const Json& parent, const std::string& where, std::size_t depth, Collecting& into) {
  if (depth > kMostNesting) return Error(Code::exhausted, where + ": components are nested deeper than 32");
  const auto items = items_of(parent, "components");
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string at = where + "components[" + std::to_string(i) + "]";
    TRY_VOID(add_component(items[i], at, into));
    TRY_VOID(add_components(items[i], at + ".", depth + 1, into));
  }
  return {};
}

}  // namespace

Result<void> read_cyclonedx(const Json& root, Collecting& into) {
  const auto version = text_of(root, "specVersion");
  if (!version.starts_with("1.")) return Error(Code::invalid, "specVersion is none of CycloneDX 1");
  return add_components(root, "", 0, into);
}

}  // namespace khien::inventory
