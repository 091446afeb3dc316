#include "known_package.hpp"

#include <algorithm>
#include <array>

#include "khien/advisory/distribution.hpp"

namespace khien::flow {
namespace {

constexpr std::string_view kImage = "linux-image-";
constexpr std::string_view kUnsigned = "unsigned-";
constexpr std::string_view kSigned = "linux-signed";
// The package of an RPM system that holds the image itself.
constexpr std::array<std::string_view, 6> kKernels{"kernel-core", "kernel", "kernel-default", "kernel-uek-core", "kernel-uek",
                                                   "kernel-rt-core"};

constexpr std::array<std::string_view, 3> kOfSystems{"pkg:deb/", "pkg:rpm/", "pkg:apk/"};
constexpr std::array<std::string_view, 4> kProducts{"appliance", "windows", "cms", "generic"};
constexpr std::size_t kMostWordBytes = 40;

// What needs no escape in a URL.
bool is_plain(std::string_view text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._";
  return !text.empty() && text.size() <= kMostWordBytes && text.find_first_not_of(kPlain) == text.npos;
}

bool begins_with_digit(std::string_view text) { return !text.empty() && text.front() >= '0' && text.front() <= '9'; }

// "linux-image-6.1.0-18-amd64" boots what uname -r calls "6.1.0-18-amd64"; a package
// without a number behind it only pulls the newest in.
std::string kernel_of_deb(std::string_view name) {
  if (!name.starts_with(kImage)) return {};
  name.remove_prefix(kImage.size());
  if (name.starts_with(kUnsigned)) name.remove_prefix(kUnsigned.size());
  return begins_with_digit(name) ? std::string(name) : std::string();
}

std::string kernel_of_rpm(std::string_view name, std::string_view version, std::string_view arch) {
  if (std::ranges::find(kKernels, name) == kKernels.end() || version.empty() || arch.empty()) return {};
  const auto epoch = version.find(':');
  if (epoch != version.npos) version.remove_prefix(epoch + 1);
  return std::string(version) + "." + std::string(arch);
}

// A signed image is built from a source of its own that holds no code: what is known
// is known of the kernel's source, and the image carries its version.
void name_kernels_source(advisory::Installed& installed) {
  if (!installed.source.starts_with(kSigned)) return;
  auto rest = installed.source.substr(kSigned.size());
  const bool names_arch = rest == "-amd64" || rest == "-arm64" || rest == "-i386";
  installed.source = "linux" + (names_arch ? std::string() : rest);
  installed.source_version = installed.version;
}

// What is no package of an ecosystem is known to feeds by its maker's name alone.
void name_product(advisory::Installed& installed) {
  const auto& key = installed.key;
  if (std::ranges::find(kProducts, key.type) == kProducts.end()) return;
  // Of what nobody's list tells the version either: it is asked about, and unknown.
  const bool without_version = key.type == "appliance" || key.type == "cms";
  if (installed.version.empty() && !without_version) return;
  const auto product = advisory::product_of(key);
  if (!product || product->cpe.empty()) return;
  const std::string version = installed.version.empty() ? "*" : installed.version;
  installed.cpe = "cpe:2.3:" + std::string(product->cpe) + ":" + version + ":*:*:*:*:*:*:*";
}

}  // namespace

void name_release(std::vector<Package>& packages, std::string_view os_id, std::string_view os_version) {
  if (!is_plain(os_id) || !is_plain(os_version)) return;
  const std::string distro = "distro=" + std::string(os_id) + "-" + std::string(os_version);
  for (Package& package : packages) {
    const bool of_system = std::ranges::any_of(kOfSystems, [&](auto prefix) { return package.purl.starts_with(prefix); });
    const auto qualifiers = package.purl.find('?');
    if (!of_system || package.purl.find('#') != package.purl.npos) continue;
    if (qualifiers != package.purl.npos && package.purl.find("distro=", qualifiers) != package.purl.npos) continue;
    package.purl += (qualifiers == package.purl.npos ? "?" : "&") + distro;
  }
}

std::string lookup_of(const advisory::PackageKey& key) { return key.type + "/" + key.space + "/" + key.name; }

KnownPackage known_package(std::int64_t id, const PackageText& text) {
  KnownPackage package{.id = id, .installed = {}, .subject = {}, .kernel = {}, .lookups = {}};
  const auto url = advisory::parse_package_url(text.purl);
  if (!url) {
    package.subject = std::string(text.name);
    return package;
  }
  auto& installed = package.installed;
  installed.key = url->key;
  // The inventory's own word goes before the URL's: a URL may leave the version out.
  installed.version = text.version.empty() ? url->version : std::string(text.version);
  installed.source = std::string(text.source);
  installed.source_version = std::string(text.source_version);
  if (installed.key.type == "deb") name_kernels_source(installed);
  installed.cpe = url->cpe;
  package.lookups.push_back(lookup_of(installed.key));
  if (installed.cpe.empty()) name_product(installed);
  if (!installed.cpe.empty()) package.lookups.push_back(lookup_of(advisory::key_of_cpe(installed.cpe)));
  advisory::PackageKey source = installed.key;
  if (!installed.source.empty()) source.name = installed.source;
  package.subject = lookup_of(source);
  if (package.subject != package.lookups.front()) package.lookups.push_back(package.subject);
  if (installed.key.type == "deb") package.kernel = kernel_of_deb(text.name);
  if (installed.key.type == "rpm") package.kernel = kernel_of_rpm(text.name, installed.version, url->arch);
  return package;
}

}  // namespace khien::flow
