#include "khien/crawl/site_facts.hpp"

#include <algorithm>
#include <charconv>

#include "khien/core/text.hpp"
#include "khien/crawl/web_url.hpp"

namespace khien::crawl {
namespace {

constexpr std::size_t kMaxPolicy = 512;
constexpr std::size_t kMaxCookies = 20;

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\"'";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string header(const PageView& view, std::string_view name) {
  std::string found;
  for (const HttpHeader& each : view.headers) {
    if (each.name == name) found = each.value;
  }
  return std::string(truncate(found, kMaxPolicy));
}

void read_hsts(std::string_view value, SecurityHeaders& facts) {
  for (const std::string& part : record_parts(small(value), ';')) {
    if (part == "includesubdomains") facts.hsts_subdomains = true;
    if (!part.starts_with("max-age=")) continue;
    const std::string_view digits = trimmed(std::string_view(part).substr(8));
    std::int64_t age = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), age);
    if (error == std::errc{} && end == digits.data() + digits.size() && age >= 0) facts.hsts_seconds = age;
  }
}

void read_cookie(std::string_view value, SecurityHeaders& facts) {
  const auto parts = record_parts(value, ';');
  if (parts.empty() || facts.open_cookies.size() >= kMaxCookies) return;
  const auto has = [&](std::string_view word) {
    return std::ranges::any_of(parts, [&](const std::string& part) { return small(part) == word; });
  };
  if (has("secure") && has("httponly")) return;
  facts.open_cookies.emplace_back(truncate(parts.front().substr(0, parts.front().find('=')), 64));
}

std::string_view without_www(std::string_view host) { return host.starts_with("www.") ? host.substr(4) : host; }

}  // namespace

std::vector<std::string> record_parts(std::string_view record, char separator) {
  std::vector<std::string> parts;
  while (!record.empty()) {
    const auto end = std::min(record.find(separator), record.size());
    if (const auto part = trimmed(record.substr(0, end)); !part.empty()) parts.emplace_back(part);
    record.remove_prefix(std::min(end + 1, record.size()));
  }
  return parts;
}

SecurityHeaders security_headers_of(const PageView& view) {
  SecurityHeaders facts;
  // A browser hears of it over TLS only (RFC 6797 §8.1).
  if (view.final_url.starts_with("https://")) read_hsts(header(view, "strict-transport-security"), facts);
  facts.content_security_policy = header(view, "content-security-policy");
  const std::string frames = small(trimmed(header(view, "x-frame-options")));
  facts.frames_closed = frames == "deny" || frames == "sameorigin" ||
                        small(facts.content_security_policy).find("frame-ancestors") != std::string::npos;
  facts.no_sniffing = small(trimmed(header(view, "x-content-type-options"))) == "nosniff";
  facts.referrer_policy = header(view, "referrer-policy");
  facts.permissions_policy = header(view, "permissions-policy");
  facts.server = header(view, "server");
  facts.powered_by = header(view, "x-powered-by");
  for (const HttpHeader& each : view.headers) {
    if (each.name == "set-cookie") read_cookie(each.value, facts);
  }
  return facts;
}

bool moves_to_https(const PageView& view) {
  const auto from = WebUrl::parse(view.url);
  const auto to = WebUrl::parse(view.final_url);
  if (!from || !to || from->https || view.status == 0) return false;
  return to->https && without_www(from->host) == without_www(to->host);
}

}  // namespace khien::crawl
