// Input: a package URL. Oracle: what is read, written again with everything encoded and as
// package_url_of() does, reads as the same; a key in normal form is its own normal form; a CPE
// is one that stays, also through a list of packages.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "khien/advisory/distribution.hpp"
#include "khien/advisory/ecosystem.hpp"
#include "khien/advisory/package.hpp"

using namespace khien;
using namespace khien::advisory;

namespace {

std::string encoded(std::string_view text, bool keep_slashes) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || (c == '/' && keep_slashes);
    if (plain) out += c;
    else out.append("%").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
  }
  return out;
}

// "0:1" is written with an epoch of 0, which is read as none.
void check_written(const PackageKey& key, std::string_view version) {
  const std::string written = package_url_of(key, version);
  if (written.empty() || written.size() > 4096) return;
  if (key.type == "rpm" && version.starts_with("0") && version.substr(0, version.find(':')).find_first_not_of('0') == version.npos) return;
  const auto back = parse_package_url(written);
  if (!back || back->key != key || back->version != version) std::abort();
}

// As an inventory tells it, our own types too.
void check_observed(const PackageUrl& url) {
  if (as_cpe23(url.cpe) != url.cpe) std::abort();
  const std::string written = observed_url_of({.key = url.key, .version = url.version, .cpe = url.cpe});
  if (written.size() > 4096) return;
  const auto back = parse_package_url(written);
  if (!back || back->cpe != url.cpe) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto url = parse_package_url({reinterpret_cast<const char*>(data), size});
  if (!url) {
    if (url.error().code() != Code::invalid || url.error().what().empty()) std::abort();
    return 0;
  }
  const PackageKey& key = url->key;
  if (key.type.empty() || key.name.empty() || normal_key(key) != key) std::abort();
  (void)order_of(key);
  std::string again = "pkg:" + key.type + "/" + (key.space.empty() ? "" : encoded(key.space, true) + "/") + encoded(key.name, false);
  if (!url->version.empty()) again += "@" + encoded(url->version, false);
  if (!key.release.empty()) again += "?distro=" + encoded(key.release, false);
  if (again.size() > 4096) return 0;
  const auto second = parse_package_url(again);
  if (!second || second->key != key || second->version != url->version) std::abort();
  check_written(key, url->version);
  check_observed(*url);
  return 0;
}
