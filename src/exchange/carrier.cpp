#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "khien/core/assert.hpp"
#include "khien/crawl/address_guard.hpp"
#include "khien/exchange/outbox.hpp"
#include "mail_address.hpp"

namespace khien::exchange {
namespace {

constexpr std::size_t kMostAnswer = 64u << 10;
constexpr std::size_t kMostAddresses = 32;

template <auto free_it>
struct FreeBy {
  template <class T>
  void operator()(T* thing) const {
    free_it(thing);
  }
};
using CurlPointer = std::unique_ptr<CURL, FreeBy<curl_easy_cleanup>>;
using ListPointer = std::unique_ptr<curl_slist, FreeBy<curl_slist_free_all>>;

void append(ListPointer& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  khien_assert(longer != nullptr);
  static_cast<void>(list.release());
  list.reset(longer);
}

// OpenSSL writes without MSG_NOSIGNAL: a peer that left is an error, not the end of the process.
void ignore_broken_pipes() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

struct Upload {
  std::string_view rest;
};
std::size_t give(char* into, std::size_t, std::size_t size, void* from) {
  auto& upload = *static_cast<Upload*>(from);
  const std::size_t count = std::min(size, upload.rest.size());
  std::memcpy(into, upload.rest.data(), count);
  upload.rest.remove_prefix(count);
  return count;
}
std::size_t pass_over(char*, std::size_t, std::size_t size, void* counter) {
  auto& seen = *static_cast<std::size_t*>(counter);
  seen += size;
  return seen > kMostAnswer ? 0 : size;
}

crawl::IpAddress address_of(const sockaddr* from) {
  crawl::IpAddress address;
  if (from->sa_family == AF_INET6) {
    address.v6 = true;
    std::memcpy(address.bytes.data(), &reinterpret_cast<const sockaddr_in6*>(from)->sin6_addr, 16);
  } else {
    std::memcpy(address.bytes.data(), &reinterpret_cast<const sockaddr_in*>(from)->sin_addr, 4);
  }
  return address;
}

// Judged once more, as the socket is made for it.
curl_socket_t open_socket(void* guard, curlsocktype, curl_sockaddr* address) {
  const bool is_known = address->family == AF_INET || address->family == AF_INET6;
  if (!is_known || !static_cast<const crawl::AddressGuard*>(guard)->refusal(address_of(&address->addr)).empty()) return CURL_SOCKET_BAD;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

Result<std::vector<crawl::IpAddress>> addresses_of(const crawl::WebUrl& url) {
  if (url.address) return std::vector{*url.address};
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(url.host.c_str(), nullptr, &hints, &found) != 0) return Error(Code::unavailable, "the name has no address");
  const std::unique_ptr<addrinfo, FreeBy<::freeaddrinfo>> owned(found);
  std::vector<crawl::IpAddress> addresses;
  for (const addrinfo* one = found; one != nullptr && addresses.size() < kMostAddresses; one = one->ai_next) {
    if (one->ai_family == AF_INET || one->ai_family == AF_INET6) addresses.push_back(address_of(one->ai_addr));
  }
  return addresses;
}

class CurlCarrier final : public Carrier {
 public:
  explicit CurlCarrier(CarrierOptions options) : options_(std::move(options)), guard_(guard_options(options_)) {}

  Result<void> mail(const std::string& from, const std::string& to, const std::string& text) override {
    if (!is_mail_address(from) || !is_mail_address(to)) return Error(Code::invalid, "no mail address");
    TRY(auto curl, begin("smtp,smtps"));
    ListPointer recipients;
    append(recipients, "<" + to + ">");
    Upload upload{text};
    set(curl, CURLOPT_URL, options_.smtp_url.c_str());
    set(curl, CURLOPT_MAIL_FROM, ("<" + from + ">").c_str());
    set(curl, CURLOPT_MAIL_RCPT, recipients.get());
    set(curl, CURLOPT_UPLOAD, 1L);
    set(curl, CURLOPT_READFUNCTION, give);
    set(curl, CURLOPT_READDATA, &upload);
    set(curl, CURLOPT_USE_SSL, static_cast<long>(options_.start_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    const std::string password(options_.password.reveal());
    if (!options_.user.empty()) {
      set(curl, CURLOPT_USERNAME, options_.user.c_str());
      set(curl, CURLOPT_PASSWORD, password.c_str());
    }
    return perform(curl, 500);
  }

  Result<void> webhook(const std::string& url, const std::vector<std::pair<std::string, std::string>>& headers,
                       const std::string& body) override {
    TRY(const auto parsed, crawl::WebUrl::parse(url));
    if (!parsed.https && !options_.inner_addresses) return Error(Code::denied, "only https");
    TRY(const auto addresses, addresses_of(parsed));
    if (const auto why = guard_.refusal(parsed); !why.empty()) return Error(Code::denied, "an address that is closed: " + std::string(why));
    if (const auto why = guard_.refusal(addresses); !why.empty()) return Error(Code::denied, "an address that is closed: " + std::string(why));
    TRY(auto curl, begin("https,http"));
    ListPointer lines;
    append(lines, "Expect:");
    for (const auto& [name, value] : headers) {
      if ((name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) return Error(Code::invalid, "a line end in a header");
      append(lines, name + ": " + value);
    }
    ListPointer pinned;
    append(pinned, pin(parsed, addresses));
    const std::string address = parsed.text();
    set(curl, CURLOPT_URL, address.c_str());
    if (!parsed.address) set(curl, CURLOPT_RESOLVE, pinned.get());
    set(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    set(curl, CURLOPT_OPENSOCKETDATA, &guard_);
    set(curl, CURLOPT_HTTPHEADER, lines.get());
    set(curl, CURLOPT_POSTFIELDS, body.data());
    set(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    TRY_VOID(perform(curl, 0));
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status >= 200 && status < 300) return {};
    const bool is_passing = status == 408 || status == 425 || status == 429 || status >= 500;
    return Error(is_passing ? Code::unavailable : Code::invalid, "HTTP " + std::to_string(status));
  }

 private:
  static crawl::AddressGuard guard_options(const CarrierOptions& options) {
    return crawl::AddressGuard(crawl::AddressGuard::Options{.allow_private = options.inner_addresses, .opened = {}, .own = {}});
  }

  template <class Value>
  static void set(CurlPointer& curl, CURLoption option, Value value) {
    khien_assert(curl_easy_setopt(curl.get(), option, value) == CURLE_OK);
  }

  Result<CurlPointer> begin(const char* protocols) {
    static const CURLcode begun = curl_global_init(CURL_GLOBAL_DEFAULT);
    khien_assert(begun == CURLE_OK);
    ignore_broken_pipes();
    CurlPointer curl(curl_easy_init());
    if (!curl) return Error(Code::exhausted, "no memory");
    answer_bytes_ = 0;
    set(curl, CURLOPT_NOSIGNAL, 1L);
    set(curl, CURLOPT_PROTOCOLS_STR, protocols);
    set(curl, CURLOPT_PROXY, "");
    set(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(curl, CURLOPT_FOLLOWLOCATION, 0L);
    set(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.ms));
    set(curl, CURLOPT_WRITEFUNCTION, pass_over);
    set(curl, CURLOPT_WRITEDATA, &answer_bytes_);
    if (!options_.ca_file.empty()) set(curl, CURLOPT_CAINFO, options_.ca_file.c_str());
    return curl;
  }

  // `refused_from`: an answer with that number or above will be the same tomorrow.
  static Result<void> perform(CurlPointer& curl, long refused_from) {
    const CURLcode code = curl_easy_perform(curl.get());
    if (code == CURLE_OK) return {};
    long number = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &number);
    const bool is_refused = refused_from > 0 && number >= refused_from && number < 600;
    const std::string what = curl_easy_strerror(code) + (number > 0 ? " (" + std::to_string(number) + ")" : std::string());
    return Error(is_refused ? Code::invalid : Code::unavailable, what);
  }

  static std::string pin(const crawl::WebUrl& url, const std::vector<crawl::IpAddress>& addresses) {
    std::string line = url.host + ":" + std::to_string(url.port) + ":";
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      const std::string text = addresses[i].text();
      line += (i > 0 ? "," : "") + (addresses[i].v6 ? "[" + text + "]" : text);
    }
    return line;
  }

  CarrierOptions options_;
  crawl::AddressGuard guard_;
  std::size_t answer_bytes_ = 0;
};

}  // namespace

Result<std::unique_ptr<Carrier>> make_carrier(CarrierOptions options) {
  if (!options.smtp_url.empty() && !options.smtp_url.starts_with("smtp://") && !options.smtp_url.starts_with("smtps://")) {
    return Error(Code::invalid, "the mail server must be smtp:// or smtps://");
  }
  if (options.smtp_url.starts_with("smtps://")) options.start_tls = false;
  return std::unique_ptr<Carrier>(std::make_unique<CurlCarrier>(std::move(options)));
}

}  // namespace khien::exchange
