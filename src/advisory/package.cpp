#include "khien/advisory/package.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "khien/advisory/distribution.hpp"
#include "khien/advisory/ecosystem.hpp"
#include "khien/core/text.hpp"

namespace khien::advisory {
namespace {

constexpr std::size_t kLongest = 4096;
constexpr std::size_t kMostEpochDigits = 10;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_small(char c) { return c >= 'a' && c <= 'z'; }

char small_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string small(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), small_letter);
  return out;
}

Error wrong(std::string_view part, std::string_view why) { return Error(Code::invalid, "package URL: its " + std::string(part) + " " + std::string(why)); }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

Result<std::string> decoded(std::string_view part, std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1, low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) return wrong(part, "has a '%' that two hexadecimal digits do not follow");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!is_utf8(out)) return wrong(part, "is not UTF-8");
  const bool control = std::ranges::any_of(out, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
  if (control) return wrong(part, "has a control character");
  return out;
}

// As the specification asks: what is neither plain nor a colon is percent-encoded.
std::string encoded(std::string_view text, std::string_view kept) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = is_small(small_letter(c)) || is_digit(c) || std::string_view(".-_~:").find(c) != std::string_view::npos;
    if (plain || kept.find(c) != kept.npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append("%").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
  }
  return out;
}

// What stands behind the last such character comes off the end.
std::string_view take_behind(std::string_view& text, char mark) {
  const auto at = text.rfind(mark);
  if (at == text.npos) return {};
  const std::string_view behind = text.substr(at + 1);
  text = text.substr(0, at);
  return behind;
}

std::string_view without_slashes(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

Result<std::string> type_of(std::string_view text) {
  const std::string type = small(text);
  if (type.empty()) return wrong("type", "is missing");
  if (is_digit(type.front())) return wrong("type", "begins with a digit");
  const auto may_stand = [](char c) { return is_small(c) || is_digit(c) || c == '.' || c == '+' || c == '-'; };
  if (!std::ranges::all_of(type, may_stand)) return wrong("type", "has a character that none may have");
  return type;
}

Result<std::string> space_of(std::string_view text) {
  std::string space;
  while (!text.empty()) {
    const auto end = std::min(text.find('/'), text.size());
    TRY(const std::string segment, decoded("namespace", text.substr(0, end)));
    if (segment.find('/') != segment.npos) return wrong("namespace", "has an encoded '/'");
    if (!segment.empty()) space += (space.empty() ? "" : "/") + segment;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return space;
}

struct Qualifiers {
  std::string distro, epoch, arch, upstream, cpe;
};

Result<Qualifiers> qualifiers_of(std::string_view text) {
  Qualifiers found;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    if (equals == pair.npos || equals == 0) return wrong("qualifiers", "have a part that is no key=value");
    TRY(std::string value, decoded("qualifiers", pair.substr(equals + 1)));
    const std::string key = small(pair.substr(0, equals));
    if (key == "distro") found.distro = std::move(value);
    else if (key == "epoch") found.epoch = std::move(value);
    else if (key == "arch") found.arch = std::move(value);
    else if (key == "upstream") found.upstream = std::move(value);
    else if (key == "cpe") found.cpe = std::move(value);
  }
  return found;
}

// "debian-12.4", "opensuse-leap-15.5": the distribution that a qualifier names.
std::optional<Distribution> distribution_in(std::string_view distro) {
  if (auto whole = find_distribution(distro, {})) return whole;  // "opensuse-tumbleweed"
  for (auto at = distro.rfind('-'); at != distro.npos && at > 0; at = distro.rfind('-', at - 1)) {
    if (auto found = find_distribution(distro.substr(0, at), distro.substr(at + 1)); found) return found;
  }
  return std::nullopt;
}

// Its release, if it is of that distribution; "bookworm" and "12" are of the namespace's own.
std::string release_of(std::string_view space, std::string_view distro) {
  const auto own = find_distribution(space, distro), told = distribution_in(distro);
  if (!own) return {};
  return told && told->space == own->space ? told->release : own->release;
}

bool is_of_distribution(std::string_view type) { return type == "deb" || type == "rpm" || type == "apk"; }

// A namespace may be wider than what the qualifier tells: "suse" of "slem-6.0".
void add_distribution(PackageKey& key, std::string_view distro) {
  const auto told = distribution_in(distro);
  if (told && key.space.empty()) key.space = told->space;
  const auto own = find_distribution(key.space, {});
  if (told && own && told->space.starts_with(own->space + "-")) key.space = told->space;
  key.release = release_of(key.space, distro);
}

Result<void> add_qualifiers(PackageUrl& url, Qualifiers found) {
  if (is_of_distribution(url.key.type)) add_distribution(url.key, found.distro);
  url.arch = std::move(found.arch);
  url.upstream = std::move(found.upstream);
  url.cpe = as_cpe23(found.cpe);
  if (found.epoch.empty()) return {};
  if (!std::ranges::all_of(found.epoch, is_digit) || found.epoch.size() > kMostEpochDigits) return wrong("epoch", "is no number");
  const bool has_one = url.version.find(':') != std::string::npos;
  if (url.key.type == "rpm" && !url.version.empty() && !has_one && found.epoch != "0") url.version = found.epoch + ":" + url.version;
  return {};
}

// A version follows the last "@", but not the one that begins a namespace ("@angular").
std::string_view take_version(std::string_view& rest) {
  const auto at = rest.rfind('@');
  if (at == rest.npos || at == 0 || rest[at - 1] == '/') return {};
  const std::string_view version = rest.substr(at + 1);
  rest = rest.substr(0, at);
  return version;
}

bool is_epoch(std::string_view text) { return !text.empty() && text.size() <= kMostEpochDigits && std::ranges::all_of(text, is_digit); }

// What stands before the only colon, if it is an epoch and something follows.
std::string_view epoch_of(std::string_view version) {
  const auto colon = version.find(':');
  if (colon == version.npos || colon + 1 == version.size() || version.find(':', colon + 1) != version.npos) return {};
  return is_epoch(version.substr(0, colon)) ? version.substr(0, colon) : std::string_view();
}

}  // namespace

Result<PackageUrl> parse_package_url(std::string_view text) {
  if (text.size() > kLongest) return Error(Code::invalid, "package URL: it has more than " + std::to_string(kLongest) + " bytes");
  const auto colon = text.find(':');
  if (colon == text.npos || small(text.substr(0, colon)) != "pkg") return wrong("scheme", "is not pkg");
  std::string_view rest = text.substr(colon + 1);
  take_behind(rest, '#');
  TRY(auto qualifiers, qualifiers_of(take_behind(rest, '?')));
  rest = without_slashes(rest);
  const auto slash = rest.find('/');
  PackageUrl url;
  TRY(url.key.type, type_of(rest.substr(0, slash)));
  if (slash == rest.npos) return wrong("name", "is missing");
  rest = without_slashes(rest.substr(slash));
  TRY(url.version, decoded("version", take_version(rest)));
  rest = without_slashes(rest);
  const auto last = rest.rfind('/');
  const std::string_view own = last == rest.npos ? rest : rest.substr(last + 1);
  // "pkg:maven/@1.3.4": a version and no name before it.
  if (own.starts_with('@')) return wrong("name", "is missing");
  TRY(url.key.name, decoded("name", own));
  if (url.key.name.empty()) return wrong("name", "is missing");
  if (last != rest.npos) {
    TRY(url.key.space, space_of(rest.substr(0, last)));
  }
  TRY_VOID(add_qualifiers(url, std::move(qualifiers)));
  url.key = normal_key(std::move(url.key));
  if (url.key.name.empty()) return wrong("name", "has nothing but separators");
  return url;
}

std::string observed_url_of(const Installed& installed) {
  std::string url = package_url_of(installed.key, installed.version);
  if (url.empty()) {
    const PackageKey& key = installed.key;
    url = "pkg:" + key.type + "/" + (key.space.empty() ? "" : encoded(key.space, "/") + "/") + encoded(key.name, {});
    if (!installed.version.empty()) url += "@" + encoded(installed.version, {});
  }
  if (!installed.cpe.empty()) url += (url.find('?') == url.npos ? "?cpe=" : "&cpe=") + encoded(installed.cpe, {});
  return url;
}

std::string package_url_of(const PackageKey& key, std::string_view version) {
  if (key.type == "windows" || key.type == "appliance" || key.type == "cms" || key.type == "cpe") return {};
  std::string url = "pkg:" + key.type + "/" + (key.space.empty() ? "" : encoded(key.space, "/") + "/") + encoded(key.name, {});
  const std::string epoch(key.type == "rpm" ? epoch_of(version) : std::string_view());
  if (!epoch.empty()) version.remove_prefix(epoch.size() + 1);
  if (!version.empty()) url += "@" + encoded(version, {});
  if (!epoch.empty()) url += "?epoch=" + epoch;
  if (!key.release.empty()) url += (epoch.empty() ? "?distro=" : "&distro=") + encoded(key.space + "-" + key.release, {});
  return url;
}

VersionOrder order_of(const PackageKey& key) {
  if (key.type == "windows") {
    const bool of_system = key.space == "microsoft" && key.name.starts_with("windows");
    return of_system || key.name.starts_with("kb") ? VersionOrder::kb : VersionOrder::generic;
  }
  const auto order = order_of_ecosystem(key.type);
  return order ? *order : VersionOrder::generic;
}

}  // namespace khien::advisory
