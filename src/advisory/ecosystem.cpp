#include "khien/advisory/ecosystem.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "khien/advisory/distribution.hpp"

namespace khien::advisory {
namespace {

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

struct Ecosystem {
  std::string_view name;  // small letters
  std::string_view type;
};
constexpr std::array kEcosystems = {
    Ecosystem{"pypi", "pypi"},           Ecosystem{"pip", "pypi"},
    Ecosystem{"python", "pypi"},         Ecosystem{"npm", "npm"},
    Ecosystem{"maven", "maven"},         Ecosystem{"go", "golang"},
    Ecosystem{"golang", "golang"},       Ecosystem{"nuget", "nuget"},
    Ecosystem{"rubygems", "gem"},        Ecosystem{"gem", "gem"},
    Ecosystem{"ruby", "gem"},            Ecosystem{"packagist", "composer"},
    Ecosystem{"composer", "composer"},   Ecosystem{"php", "composer"},
    Ecosystem{"crates.io", "cargo"},     Ecosystem{"cargo", "cargo"},
    Ecosystem{"rust", "cargo"},          Ecosystem{"hex", "hex"},
    Ecosystem{"erlang", "hex"},          Ecosystem{"pub", "pub"},
    Ecosystem{"swift", "swift"},         Ecosystem{"swifturl", "swift"},
    Ecosystem{"cocoapods", "cocoapods"}, Ecosystem{"conan", "conan"},
    Ecosystem{"conancenter", "conan"},   Ecosystem{"github actions", "githubactions"},
    Ecosystem{"actions", "githubactions"}, Ecosystem{"githubactions", "githubactions"},
    Ecosystem{"cran", "cran"},           Ecosystem{"hackage", "hackage"},
    Ecosystem{"bitnami", "bitnami"},     Ecosystem{"julia", "julia"},
    Ecosystem{"k8s", "k8s"},             Ecosystem{"kubernetes", "k8s"},
    Ecosystem{"generic", "generic"},     Ecosystem{"github", "github"},
    Ecosystem{"deb", "deb"},             Ecosystem{"rpm", "rpm"},
    Ecosystem{"apk", "apk"},             Ecosystem{"wordpress", "wordpress"},
    Ecosystem{"https://pypi.org", "pypi"}, Ecosystem{"https://pypi.python.org", "pypi"},
    Ecosystem{"https://www.npmjs.com", "npm"}, Ecosystem{"https://registry.npmjs.org", "npm"},
    Ecosystem{"https://npmjs.com", "npm"}, Ecosystem{"https://repo.maven.apache.org/maven2", "maven"},
    Ecosystem{"https://repo1.maven.org/maven2", "maven"}, Ecosystem{"https://mvnrepository.com", "maven"},
    Ecosystem{"https://rubygems.org", "gem"}, Ecosystem{"https://crates.io", "cargo"},
    Ecosystem{"https://crates.io/crates", "cargo"}, Ecosystem{"https://packagist.org", "composer"},
    Ecosystem{"https://pkg.go.dev", "golang"}, Ecosystem{"https://www.nuget.org/packages", "nuget"},
    Ecosystem{"https://www.nuget.org", "nuget"}, Ecosystem{"https://hex.pm", "hex"},
    Ecosystem{"https://hex.pm/packages", "hex"}, Ecosystem{"https://pub.dev", "pub"}};

bool is_small_only(std::string_view type) {
  constexpr std::array<std::string_view, 13> kTypes = {"pypi", "npm", "golang", "nuget", "composer", "hex", "pub",
                                                       "deb", "apk", "github", "githubactions", "swift", "k8s"};
  return std::ranges::find(kTypes, type) != kTypes.end();
}

// PEP 503: runs of '-', '_' and '.' are one '-'.
std::string pep503(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool joint = c == '-' || c == '_' || c == '.';
    if (!joint) out += c;
    else if (!out.empty() && out.back() != '-') out += '-';
  }
  return out;
}

std::string normal_name(std::string_view type, std::string_view name) {
  std::string out = is_small_only(type) ? small(name) : std::string(name);
  return type == "pypi" ? pep503(out) : out;
}

// Where the namespace ends in a full name; npos: there is none.
std::size_t division(std::string_view type, std::string_view name) {
  if (type == "maven") return name.find(':');
  if (type == "npm" && !name.starts_with('@')) return name.npos;
  constexpr std::array<std::string_view, 8> kSlashed = {"npm", "golang", "composer", "swift", "github", "githubactions", "k8s", "hex"};
  return std::ranges::find(kSlashed, type) == kSlashed.end() ? name.npos : name.rfind('/');
}

// "/a//b" is "a/b": as a package URL's path is read.
std::string without_empty_parts(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c != '/' || (!out.empty() && out.back() != '/')) out += c;
  }
  if (!out.empty() && out.back() == '/') out.pop_back();
  return out;
}

}  // namespace

std::optional<std::string> purl_type_of(std::string_view ecosystem) {
  std::string name = small(ecosystem);
  while (name.ends_with('/')) name.pop_back();
  const auto found = std::ranges::find(kEcosystems, name, &Ecosystem::name);
  if (found == kEcosystems.end()) return std::nullopt;
  return std::string(found->type);
}

PackageKey package_key(std::string_view type, std::string_view full_name) {
  if (type == "swift" && full_name.starts_with("https://")) full_name.remove_prefix(8);
  if (type == "swift" && full_name.ends_with(".git")) full_name.remove_suffix(4);
  const auto at = division(type, full_name);
  if (at == full_name.npos) return {std::string(type), "", normal_name(type, full_name), ""};
  return {std::string(type), normal_name(type, full_name.substr(0, at)), normal_name(type, full_name.substr(at + 1)), ""};
}

PackageKey normal_key(PackageKey key) {
  if (key.type == "deb" || key.type == "rpm" || key.type == "apk") {
    const auto distribution = find_distribution(key.space, key.release);
    if (distribution && distribution->type == key.type) {
      key.space = distribution->space;
      // sid and edge are words; a release that is none stays as it was.
      if (!distribution->release.empty()) key.release = distribution->release;
    } else {
      key.space = small(key.space);
    }
    key.name = normal_name(key.type, key.name);
    return key;
  }
  // "pkg:k8s/k8s.io%2Fkubelet" has in its name what others have as a namespace.
  if (key.name.find('/') != key.name.npos && division(key.type, key.name) != key.name.npos) {
    return package_key(key.type, without_empty_parts(key.space + "/" + key.name));
  }
  if (key.type == "pypi" || key.type == "npm" || is_small_only(key.type)) {
    key.space = small(key.space);
    key.name = normal_name(key.type, key.name);
  }
  return key;
}

}  // namespace khien::advisory
