#include "address.hpp"

#include <idn2.h>
#include <libpsl.h>

#include <algorithm>
#include <vector>

#include "khien/core/text.hpp"

namespace khien::watch {
namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string ascii_host(std::string_view host) {
  std::string small;
  if (is_ascii(host)) {
    small = host;
    std::ranges::transform(small, small.begin(), lower_ascii);
  } else {
    small = lower(host);
    std::uint8_t* punycode = nullptr;
    const auto* text = reinterpret_cast<const std::uint8_t*>(small.c_str());
    if (idn2_lookup_u8(text, &punycode, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK) {
      small = reinterpret_cast<const char*>(punycode);
      idn2_free(punycode);
    }
  }
  while (small.ends_with('.')) small.pop_back();
  return small;
}

// Browsers leave out tabs and line ends inside, and what is below space around.
std::string cleaned(std::string_view url) {
  const auto is_odd = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  if (std::ranges::none_of(url, is_odd)) return std::string(url);
  std::string out;
  out.reserve(url.size());
  for (const char c : url) {
    if (c != '\t' && c != '\n' && c != '\r') out += c;
  }
  const auto first = std::ranges::find_if(out, [](char c) { return static_cast<unsigned char>(c) > ' '; });
  out.erase(out.begin(), first);
  while (!out.empty() && static_cast<unsigned char>(out.back()) <= ' ') out.pop_back();
  return out;
}

std::size_t scheme_end(std::string_view url) {
  const auto colon = url.find(':');
  if (colon == url.npos || colon == 0) return 0;
  const auto letters = url.substr(0, colon);
  const bool fine = std::ranges::all_of(letters, [](char c) {
    const char l = lower_ascii(c);
    return (l >= 'a' && l <= 'z') || (l >= '0' && l <= '9') || l == '+' || l == '-' || l == '.';
  });
  const char first = lower_ascii(letters[0]);
  return fine && first >= 'a' && first <= 'z' ? colon : 0;
}

void take_authority(std::string_view rest, Address& address) {
  const auto end = std::min(rest.find_first_of("/?#\\"), rest.size());
  std::string_view authority = rest.substr(0, end);
  if (const auto at = authority.rfind('@'); at != authority.npos) authority.remove_prefix(at + 1);
  if (const auto colon = authority.find(':'); !authority.starts_with('[') && colon != authority.npos) {
    address.port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  address.host = ascii_host(authority);
  const std::string_view path = rest.substr(end);
  address.path = path.starts_with('/') || path.empty() ? std::string(path) : "/" + std::string(path);
}

// "/a/b/../c" without its dots.
std::string without_dots(std::string_view path) {
  const auto query = std::min(path.find_first_of("?#"), path.size());
  if (path.starts_with('/') && !path.substr(0, query).contains("/.")) return std::string(path);
  std::vector<std::string_view> parts;
  std::string_view rest = path.substr(0, query);
  while (!rest.empty()) {
    const auto slash = rest.find('/', 1);
    const std::string_view part = rest.substr(0, slash);
    rest = slash == rest.npos ? std::string_view() : rest.substr(slash);
    if (part == "/..") {
      if (!parts.empty()) parts.pop_back();
      if (rest.empty()) parts.push_back("/");
    } else if (part == "/.") {
      if (rest.empty()) parts.push_back("/");
    } else {
      parts.push_back(part);
    }
  }
  std::string out;
  for (const auto part : parts) out += part;
  return out.empty() ? "/" + std::string(path.substr(query)) : out + std::string(path.substr(query));
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = lower_ascii(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

}  // namespace

Address parse_address(std::string_view url) {
  Address address;
  const auto colon = scheme_end(url);
  if (colon > 0) {
    for (const char c : url.substr(0, colon)) address.scheme += lower_ascii(c);
    url.remove_prefix(colon + 1);
  }
  if (url.size() >= 2 && (url[0] == '/' || url[0] == '\\') && (url[1] == '/' || url[1] == '\\')) {
    if (address.scheme.empty()) address.scheme = "http";
    take_authority(url.substr(2), address);
  } else {
    address.path = url;
  }
  return address;
}

Base::Base(std::string_view base) : base_(base) {
  const Address at = parse_address(base);
  is_web_ = at.is_web();
  scheme_ = at.scheme;
  origin_ = at.scheme + "://" + at.host + (at.port.empty() ? "" : ":" + at.port);
  path_ = at.path.substr(0, at.path.find_first_of("?#"));
  const auto slash = path_.rfind('/');
  folder_ = slash == path_.npos ? "/" : path_.substr(0, slash + 1);
}

std::string Base::resolve(std::string_view written) const {
  std::string url = cleaned(written);
  if (!is_web_ || scheme_end(url) > 0) return url;
  if (url.starts_with("//")) return scheme_ + ":" + url;
  if (url.empty() || url.starts_with('#')) return base_.substr(0, base_.find('#'));
  if (url.starts_with('/')) return origin_ + without_dots(url);
  if (url.starts_with('?')) return origin_ + (path_.empty() ? "/" : path_) + url;
  return origin_ + without_dots(folder_ + url);
}

std::string resolve(std::string_view base, std::string_view written) { return Base(base).resolve(written); }

Address named_address(std::string_view text) {
  return parse_address(text.contains("//") ? resolve("https://a.invalid/", text) : "https://" + std::string(text));
}

std::string registered_domain(std::string_view host) {
  const std::string name(host);
  const char* found = psl_registrable_domain(psl_builtin(), name.c_str());
  return found == nullptr ? name : std::string(found);
}

bool is_public_suffix(std::string_view host) {
  return psl_is_public_suffix(psl_builtin(), std::string(host).c_str()) != 0;
}

bool is_within(std::string_view host, std::string_view domain) {
  if (!host.ends_with(domain)) return false;
  return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

std::string percent_decoded(std::string_view text, bool query) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += query && text[i] == '+' ? ' ' : text[i];
    }
  }
  return to_valid_utf8(out);
}

}  // namespace khien::watch
