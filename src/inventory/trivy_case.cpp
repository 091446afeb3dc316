#include <algorithm>
#include <array>

#include "collecting.hpp"
#include "khien/advisory/ecosystem.hpp"

// {"os": {"Family", "Name"}, "results": [{"type", "packages": […], "expected": […]}]}: an
// inventory with what is expected of it; where it lists no packages, those that are expected.
namespace khien::inventory {
namespace {

// Binary packages whose source has another name, for rows that do not tell it.
struct Built {
  std::string_view type, binary, source;
};
constexpr std::array kBuilt = {
    Built{"apk", "libcrypto1.1", "openssl"}, Built{"apk", "libssl1.1", "openssl"},   Built{"apk", "libcrypto3", "openssl"},
    Built{"apk", "libssl3", "openssl"},      Built{"apk", "libcrypto1.0", "openssl"}, Built{"apk", "libssl1.0", "openssl"},
    Built{"apk", "musl-utils", "musl"},      Built{"apk", "libcurl", "curl"},         Built{"apk", "busybox-binsh", "busybox"},
    Built{"apk", "ssl_client", "busybox"},   Built{"apk", "libcom_err", "e2fsprogs"}, Built{"apk", "ncurses-libs", "ncurses"},
    Built{"apk", "sqlite-libs", "sqlite"},   Built{"apk", "libtls-standalone", "libtls-standalone"},
    Built{"deb", "libssl1.1", "openssl"},    Built{"deb", "libssl3", "openssl"},      Built{"deb", "libssl1.0.2", "openssl1.0"},
    Built{"deb", "libidn2-0", "libidn2"},    Built{"deb", "e2fslibs", "e2fsprogs"},   Built{"deb", "libcomerr2", "e2fsprogs"},
    Built{"deb", "libss2", "e2fsprogs"},     Built{"deb", "libext2fs2", "e2fsprogs"}, Built{"deb", "libcom-err2", "e2fsprogs"},
    Built{"deb", "logsave", "e2fsprogs"},    Built{"deb", "libc6", "glibc"},          Built{"deb", "libc-bin", "glibc"},
    Built{"deb", "multiarch-support", "glibc"}, Built{"deb", "libcurl4", "curl"},     Built{"deb", "libcurl3", "curl"},
    Built{"deb", "libgnutls30", "gnutls28"}, Built{"deb", "zlib1g", "zlib"},          Built{"deb", "libsystemd0", "systemd"},
    Built{"deb", "libudev1", "systemd"},     Built{"deb", "libgcrypt20", "libgcrypt20"}, Built{"deb", "liblzma5", "xz-utils"},
    Built{"rpm", "curl-libs", "curl"},       Built{"rpm", "openssl-c_rehash", "openssl"}, Built{"rpm", "glibc-libs", "glibc"}};

std::string known_source(std::string_view type, std::string_view binary) {
  const auto found = std::ranges::find_if(kBuilt, [&](const Built& one) { return one.type == type && one.binary == binary; });
  return found == kBuilt.end() ? std::string() : std::string(found->source);
}

struct Format {
  std::string_view name, type;
};
constexpr std::array kFormats = {
    Format{"yarn", "npm"},        Format{"pnpm", "npm"},       Format{"bun", "npm"},          Format{"node-pkg", "npm"},
    Format{"pipenv", "pypi"},     Format{"poetry", "pypi"},    Format{"uv", "pypi"},          Format{"pylock", "pypi"},
    Format{"python-pkg", "pypi"}, Format{"gomod", "golang"},   Format{"gobinary", "golang"},  Format{"jar", "maven"},
    Format{"pom", "maven"},       Format{"gradle", "maven"},   Format{"sbt", "maven"},        Format{"bundler", "gem"},
    Format{"gemspec", "gem"},     Format{"dotnet-core", "nuget"}, Format{"packages-props", "nuget"}, Format{"rust-binary", "cargo"},
    Format{"mix", "hex"},         Format{"pubspec", "pub"},    Format{"rustbinary", "cargo"}, Format{"composer-vendor", "composer"}};

std::optional<std::string> type_of(std::string_view format) {
  const auto found = std::ranges::find(kFormats, format, &Format::name);
  return found == kFormats.end() ? advisory::purl_type_of(format) : std::optional(std::string(found->type));
}

// "4.2.46", "33.el7" and epoch 1 as one.
std::string whole_version(const Json& row, std::string_view version_name, std::string_view release_name, std::string_view epoch_name) {
  std::string version(text_of(row, version_name));
  if (const auto release = text_of(row, release_name); !version.empty() && !release.empty()) version += "-" + std::string(release);
  const auto epoch = row.integer_at(epoch_name);
  return epoch && *epoch > 0 && !version.empty() ? std::to_string(*epoch) + ":" + version : version;
}

Result<void> add_row(const Json& row, const std::string& where, const std::optional<advisory::Distribution>& distribution, const std::string& type,
                     Collecting& into) {
  const bool expected = !text_of(row, "pkg").empty();
  const auto name = expected ? text_of(row, "pkg") : text_of(row, "name");
  advisory::Installed one;
  one.version = expected ? std::string(text_of(row, "installed")) : whole_version(row, "version", "release", "epoch");
  if (!distribution) {
    one.key = advisory::package_key(type, name);
    return into.add(where, std::move(one), name);
  }
  one.key = {distribution->type, distribution->space, std::string(name), distribution->release};
  one.source = expected ? known_source(distribution->type, name) : std::string(text_of(row, "src"));
  // A source's version without a release, where the package has one, is the package's own.
  const bool told = !text_of(row, "src_release").empty() || text_of(row, "src_version") != text_of(row, "version");
  if (!expected && told) one.source_version = whole_version(row, "src_version", "src_release", "src_epoch");
  return into.add(where, std::move(one), name);
}

}  // namespace

Result<void> read_trivy_case(const Json& root, Collecting& into) {
  if (const auto os = object_of(root, "os")) into.set_os(text_of(*os, "Family"), std::string(text_of(*os, "Family")) + " " + std::string(text_of(*os, "Name")), text_of(*os, "Name"));
  const auto results = items_of(root, "results");
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::string where = "results[" + std::to_string(i) + "]";
    const auto format = text_of(results[i], "type");
    const bool system = text_of(results[i], "class") == "os-pkgs";
    const auto distribution = system ? into.distribution() : std::nullopt;
    const auto type = system ? std::optional(std::string()) : type_of(format);
    if (!type || (system && !distribution)) {
      into.pass_over(where, "a type that is not known: " + std::string(format));
      continue;
    }
    auto rows = items_of(results[i], "packages");
    const std::string_view list = rows.empty() ? "expected" : "packages";
    if (rows.empty()) rows = items_of(results[i], "expected");
    for (std::size_t r = 0; r < rows.size(); ++r) {
      TRY_VOID(add_row(rows[r], where + "." + std::string(list) + "[" + std::to_string(r) + "]", distribution, *type, into));
    }
  }
  return {};
}

}  // namespace khien::inventory
