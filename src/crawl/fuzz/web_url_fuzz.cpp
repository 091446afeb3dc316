// Input: an address as it may stand in a page or a Location header; where it holds a
// NUL, a page's address before it and a reference on that page behind it.
#include <arpa/inet.h>
#include <curl/curl.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "khien/crawl/address_guard.hpp"
#include "khien/crawl/web_url.hpp"

using namespace khien::crawl;

namespace {

std::string part(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

// What curl connects to is what we judged: its parser sees the same parts in our text.
void check_against_curl(const WebUrl& url) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), curl_url_cleanup);
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.text().c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) std::abort();
  const std::string host = url.address && url.address->v6 ? "[" + url.host + "]" : url.host;
  if (part(parsed.get(), CURLUPART_SCHEME) != (url.https ? "https" : "http")) std::abort();
  if (part(parsed.get(), CURLUPART_HOST) != host) std::abort();
  if (part(parsed.get(), CURLUPART_PORT) != std::to_string(url.port)) std::abort();
  const std::string query = part(parsed.get(), CURLUPART_QUERY);
  const std::string target = part(parsed.get(), CURLUPART_PATH) + (query.empty() ? "" : "?" + query);
  // "?" with nothing behind it is a query to us and none to curl.
  if (target != url.target && target + "?" != url.target) std::abort();
}

// A host that the C library would take for an address must be one to us, the same.
void check_numbers(const WebUrl& url) {
  in_addr four{};
  if (inet_aton(url.host.c_str(), &four) == 0) return;
  if (!url.address || url.address->v6 || IpAddress::v4(ntohl(four.s_addr)) != *url.address) std::abort();
}

void check(const WebUrl& url) {
  const auto again = WebUrl::parse(url.text());
  if (!again || !(*again == url)) std::abort();
  if (url.text().find_first_of(" \t\r\n\\#@") < url.text().find('/', 8)) std::abort();
  if (url.host.empty() || url.target.empty() || url.target[0] != '/') std::abort();
  for (const char c : url.text()) {
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f) std::abort();
  }
  check_against_curl(url);
  check_numbers(url);
  // A closed address has no spelling that opens it.
  if (url.address && AddressGuard().refusal(*url.address) != AddressGuard().refusal(*again->address)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto cut = text.find('\0');
  const auto url = WebUrl::parse(text.substr(0, cut));
  if (!url) return 0;
  check(*url);
  if (cut == text.npos) return 0;
  if (const auto next = url->resolve(text.substr(cut + 1))) check(*next);
  return 0;
}
