#include "khien/crawl/web_url.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "host_name.hpp"

namespace khien::crawl {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

Error bad(const char* what) { return Error(Code::invalid, what); }

std::uint16_t default_port(bool https) { return https ? kHttpsPort : kHttpPort; }

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_slash(char c) { return c == '/' || c == '\\'; }

// What browsers take away before they read: control characters and spaces at both
// ends, tabs and line ends anywhere.
std::string trimmed(std::string_view text) {
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  std::string out;
  std::ranges::copy_if(text, std::back_inserter(out), [](char c) { return c != '\t' && c != '\n' && c != '\r'; });
  return out;
}

// "http" of "HTTP://…", in small letters; none if the text begins with no scheme.
std::optional<std::string> scheme_of(std::string_view text) {
  if (text.empty() || !is_alpha(text.front())) return std::nullopt;
  std::string scheme;
  for (const char c : text) {
    if (c == ':') return scheme;
    if (!is_alpha(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return std::nullopt;
    scheme += is_alpha(c) ? static_cast<char>(c | 0x20) : c;
  }
  return std::nullopt;
}

bool stays(unsigned char c, bool in_query) {
  if (c <= 0x20 || c >= 0x7f) return false;
  if (c == '"' || c == '<' || c == '>' || c == '#') return false;
  if (in_query) return c != '\'' && c != '\\' && c != '^' && c != '`' && c != '{' && c != '|' && c != '}';
  return c != '`' && c != '{' && c != '}' && c != '^' && c != '|' && c != '[' && c != ']';
}

void append_escaped(std::string& out, std::string_view text, bool in_query) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (stays(byte, in_query)) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
}

bool is_dot(std::string_view segment) { return segment == "." || segment == "%2e" || segment == "%2E"; }

bool is_two_dots(std::string_view segment) {
  if (segment.starts_with('.')) return is_dot(segment.substr(1));
  return segment.size() >= 4 && is_dot(segment.substr(0, 3)) && is_dot(segment.substr(3));
}

// The path without "." and "..", its backslashes turned, escaped.
std::string clean_path(std::string_view path) {
  std::vector<std::string_view> kept;
  bool folder = true;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = static_cast<std::size_t>(std::ranges::find_if(path, is_slash) - path.begin());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    folder = true;
    if (is_two_dots(segment)) {
      if (!kept.empty()) kept.pop_back();
    } else if (!is_dot(segment)) {
      kept.push_back(segment);
      folder = false;
    }
  }
  std::string out;
  for (const std::string_view segment : kept) {
    out += '/';
    append_escaped(out, segment, false);
  }
  if (folder || out.empty()) out += '/';
  return out;
}

std::string clean_target(std::string_view rest) {
  rest = rest.substr(0, rest.find('#'));
  const auto mark = rest.find('?');
  std::string path(rest.substr(0, mark));
  if (path.empty() || !is_slash(path.front())) path.insert(path.begin(), '/');
  std::string target = clean_path(path);
  if (mark != rest.npos) {
    target += '?';
    append_escaped(target, rest.substr(mark + 1), true);
  }
  return target;
}

Result<std::uint16_t> read_port(std::string_view digits, bool https) {
  if (digits.empty()) return default_port(https);
  if (!std::ranges::all_of(digits, is_digit)) return bad("its port is no number");
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size()) return bad("its port is too large");
  return port;
}

// Host and port. The colon that counts is the one behind a bracket, or the only one.
Result<void> read_authority(std::string_view authority, WebUrl& url) {
  if (authority.find('@') != authority.npos) return Error(Code::denied, "credentials");
  const auto bracket = authority.rfind(']');
  const auto colon = authority.find(':', bracket == authority.npos ? 0 : bracket);
  TRY(auto host, read_host(authority.substr(0, colon)));
  url.host = std::move(host.name);
  url.address = host.address;
  const std::string_view digits = colon == authority.npos ? std::string_view{} : authority.substr(colon + 1);
  TRY(url.port, read_port(digits, url.https));
  return {};
}

// All behind "scheme:" and its slashes.
Result<WebUrl> read_from_host(bool https, std::string_view rest) {
  WebUrl url{.https = https};
  const auto end = std::min(rest.find_first_of("/\\?#"), rest.size());
  TRY_VOID(read_authority(rest.substr(0, end), url));
  url.target = clean_target(rest.substr(end));
  if (url.text().size() > WebUrl::kMaxBytes) return bad("it is too long");
  return url;
}

Result<bool> is_https(std::string_view scheme) {
  if (scheme == "https") return true;
  if (scheme == "http") return false;
  return Error(Code::denied, "scheme");
}

std::string_view without_slashes(std::string_view text) {
  while (!text.empty() && is_slash(text.front())) text.remove_prefix(1);
  return text;
}

bool begins_with_two_slashes(std::string_view text) {
  return text.size() >= 2 && is_slash(text[0]) && is_slash(text[1]);
}

}  // namespace

Result<WebUrl> WebUrl::parse(std::string_view text) {
  if (text.size() > kMaxBytes) return bad("it is too long");
  const std::string clean = trimmed(text);
  const auto scheme = scheme_of(clean);
  if (!scheme) return bad("it names no scheme");
  TRY(const bool secure, is_https(*scheme));
  return read_from_host(secure, without_slashes(std::string_view(clean).substr(scheme->size() + 1)));
}

Result<WebUrl> WebUrl::resolve(std::string_view reference) const {
  if (reference.size() > kMaxBytes) return bad("it is too long");
  const std::string clean = trimmed(reference);
  std::string_view rest = clean;
  if (const auto scheme = scheme_of(rest)) {
    TRY(const bool secure, is_https(*scheme));
    rest.remove_prefix(scheme->size() + 1);
    // "https:b" on a page of https is "b": old, and browsers still read it so.
    if (secure != https || begins_with_two_slashes(rest)) return read_from_host(secure, without_slashes(rest));
  } else if (begins_with_two_slashes(rest)) {
    return read_from_host(https, without_slashes(rest));
  }
  WebUrl next = *this;
  const auto mark = target.find('?');
  const std::string own_path = target.substr(0, mark);
  if (rest.empty() || rest.front() == '#') return next;
  if (rest.front() == '?') next.target = clean_target(own_path + std::string(rest));
  else if (is_slash(rest.front())) next.target = clean_target(rest);
  else next.target = clean_target(own_path.substr(0, own_path.rfind('/') + 1) + std::string(rest));
  if (next.text().size() > kMaxBytes) return bad("it is too long");
  return next;
}

std::string WebUrl::origin() const {
  std::string out = https ? "https://" : "http://";
  const bool brackets = address && address->v6;
  if (brackets) out += '[';
  out += host;
  if (brackets) out += ']';
  if (port != default_port(https)) out += ":" + std::to_string(port);
  return out;
}

std::string WebUrl::text() const { return origin() + target; }

std::string_view WebUrl::path() const { return std::string_view(target).substr(0, target.find('?')); }

}  // namespace khien::crawl
