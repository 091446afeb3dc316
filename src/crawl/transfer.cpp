#include "transfer.hpp"

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "tls_facts.hpp"

namespace khien::crawl {
namespace {

constexpr const char* kSystemAuthorities = "/etc/ssl/certs/ca-certificates.crt";
// Old ones too: that a site still speaks them is one of the facts looked for.
constexpr const char* kAllCiphers = "DEFAULT@SECLEVEL=0";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string small(std::string_view name) {
  std::string out = to_valid_utf8(name);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return out;
}

std::optional<IpAddress> address_in(const sockaddr& generic) {
  IpAddress address;
  if (generic.sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &generic, sizeof in);
    std::memcpy(address.bytes.data(), &in.sin_addr, 4);
    return address;
  }
  if (generic.sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 in{};
  std::memcpy(&in, &generic, sizeof in);
  address.v6 = true;
  std::memcpy(address.bytes.data(), &in.sin6_addr, 16);
  return address;
}

// "host:port:address,address", as CURLOPT_RESOLVE takes it.
std::string pin(const WebUrl& url, const std::vector<IpAddress>& addresses) {
  std::string line = url.host + ":" + std::to_string(url.port) + ":";
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (i > 0) line += ',';
    line += addresses[i].v6 ? "[" + addresses[i].text() + "]" : addresses[i].text();
  }
  return line;
}

std::string_view limit_word(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return {};
    case CURLE_COULDNT_RESOLVE_HOST:
      return "name";
    case CURLE_OPERATION_TIMEDOUT:
      return "timeout";
    case CURLE_BAD_CONTENT_ENCODING:
      return "coding";
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return "tls";
    default:
      return "connection";
  }
}

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy, option, value);
  khien_assert(code == CURLE_OK);
}

}  // namespace

Result<std::unique_ptr<TrustedAuthorities>> TrustedAuthorities::read(const std::string& file) {
  X509_STORE* store = X509_STORE_new();
  khien_assert(store != nullptr);
  std::unique_ptr<TrustedAuthorities> own(new TrustedAuthorities(store));
  const std::string from = file.empty() ? kSystemAuthorities : file;
  if (X509_STORE_load_file(store, from.c_str()) != 1)
    return Error(Code::unavailable, "no certificate authorities can be read from " + from);
  return own;
}

TrustedAuthorities::~TrustedAuthorities() { X509_STORE_free(static_cast<X509_STORE*>(store_)); }

void TrustedAuthorities::put_into(void* context) const {
  auto* tls = static_cast<SSL_CTX*>(context);
  SSL_CTX_set1_verify_cert_store(tls, static_cast<X509_STORE*>(store_));
  // The verdict is kept as a fact; the page is looked at whatever it says.
  SSL_CTX_set_verify(tls, SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_options(tls, SSL_OP_IGNORE_UNEXPECTED_EOF);
}

std::string_view Answer::header(std::string_view name) const {
  const auto last = std::find_if(headers.rbegin(), headers.rend(), [&](const HttpHeader& each) { return each.name == name; });
  return last == headers.rend() ? std::string_view{} : std::string_view(last->value);
}

Transfer::Transfer(Order order, const Shared& shared, CURL* easy, std::uint64_t owner)
    : order_(std::move(order)), shared_(shared), easy_(easy), owner_(owner) {
  khien_assert(easy_ != nullptr);
  khien_assert(order_.url.address || !order_.addresses.empty());
  if (order_.url.address) order_.addresses = {*order_.url.address};
  set_up();
  set_request();
}

// The handle is curl's by now, or the next one's: it is set anew before it is used.
Transfer::~Transfer() {
  curl_slist_free_all(pinned_);
  curl_slist_free_all(lines_);
}

void Transfer::set_up() {
  curl_easy_reset(easy_);
  set(easy_, CURLOPT_PRIVATE, this);
  set(easy_, CURLOPT_NOSIGNAL, 1L);
  set(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy_, CURLOPT_PROXY, "");
  set(easy_, CURLOPT_NOPROXY, "*");
  set(easy_, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(easy_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(easy_, CURLOPT_HTTP09_ALLOWED, 0L);
  set(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(easy_, CURLOPT_ACCEPT_ENCODING, "");
  set(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(shared_.limits.connect_time.ms));
  // The fetcher ends views by its clock; this is for a loop that was held up.
  set(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(shared_.limits.view_time.ms * 2));
  set(easy_, CURLOPT_SSL_VERIFYPEER, 0L);
  set(easy_, CURLOPT_SSL_VERIFYHOST, 0L);
  set(easy_, CURLOPT_CAINFO, static_cast<char*>(nullptr));
  set(easy_, CURLOPT_CAPATH, static_cast<char*>(nullptr));
  set(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_0));
  set(easy_, CURLOPT_SSL_CIPHER_LIST, kAllCiphers);
  set(easy_, CURLOPT_SSL_CTX_FUNCTION, &Transfer::set_up_tls);
  set(easy_, CURLOPT_SSL_CTX_DATA, this);
  set(easy_, CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
  set(easy_, CURLOPT_OPENSOCKETDATA, this);
  set(easy_, CURLOPT_CLOSESOCKETFUNCTION, &Transfer::close_socket);
  set(easy_, CURLOPT_CLOSESOCKETDATA, &shared_.sockets);
  set(easy_, CURLOPT_PREREQFUNCTION, &Transfer::before_request);
  set(easy_, CURLOPT_PREREQDATA, this);
  set(easy_, CURLOPT_FRESH_CONNECT, order_.fresh ? 1L : 0L);
  set(easy_, CURLOPT_HEADERFUNCTION, &Transfer::take_header);
  set(easy_, CURLOPT_HEADERDATA, this);
  set(easy_, CURLOPT_WRITEFUNCTION, &Transfer::take_body);
  set(easy_, CURLOPT_WRITEDATA, this);
}

void Transfer::set_request() {
  set(easy_, CURLOPT_URL, order_.url.text().c_str());
  if (!order_.url.address) {
    pinned_ = curl_slist_append(nullptr, pin(order_.url, order_.addresses).c_str());
    set(easy_, CURLOPT_RESOLVE, pinned_);
  }
  const VisitorWords words = words_of(order_.request.visitor);
  set(easy_, CURLOPT_USERAGENT, words.user_agent.c_str());
  if (!words.referrer.empty()) set(easy_, CURLOPT_REFERER, words.referrer.c_str());
  const auto line = [this](const std::string& text) { lines_ = curl_slist_append(lines_, text.c_str()); };
  line("Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
  line("Accept-Language: vi-VN,vi;q=0.9,en;q=0.6");
  const auto is_line = [](const std::string& value) {
    return !value.empty() && value.size() <= 512 &&
           std::ranges::all_of(value, [](char c) { return c >= 0x20 && c < 0x7f; });
  };
  if (is_line(order_.request.etag)) line("If-None-Match: " + order_.request.etag);
  if (is_line(order_.request.last_modified)) line("If-Modified-Since: " + order_.request.last_modified);
  set(easy_, CURLOPT_HTTPHEADER, lines_);
}

Transfer& Transfer::of(CURL* easy) {
  char* self = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
  khien_assert(self != nullptr);
  return *reinterpret_cast<Transfer*>(self);
}

std::string Transfer::limit_of(CURLcode code) const {
  if (too_large_) return "too_large";
  if (!refusal_.empty()) return "refused_address";
  return std::string(limit_word(code));
}

void Transfer::keep_facts() {
  char* address = nullptr;
  long port = 0;
  long version = 0;
  curl_easy_getinfo(easy_, CURLINFO_PRIMARY_IP, &address);
  curl_easy_getinfo(easy_, CURLINFO_PRIMARY_PORT, &port);
  curl_easy_getinfo(easy_, CURLINFO_HTTP_VERSION, &version);
  if (address != nullptr && *address != '\0') answer_.peer = std::string(address) + " " + std::to_string(port);
  if (version == CURL_HTTP_VERSION_2_0) answer_.http = "2";
  if (version == CURL_HTTP_VERSION_1_1) answer_.http = "1.1";
  if (version == CURL_HTTP_VERSION_1_0) answer_.http = "1.0";
}

std::size_t Transfer::header(std::string_view line) {
  came_ += line.size();
  header_bytes_ += line.size();
  if (header_bytes_ > shared_.limits.header_bytes) {
    too_large_ = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) {
    // "100 Continue" comes before the one that counts.
    answer_.headers.clear();
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    answer_.status = static_cast<int>(status);
    keep_tls();
    if (line.starts_with("HTTP/2")) {
      long local_port = 0;
      curl_easy_getinfo(easy_, CURLINFO_LOCAL_PORT, &local_port);
      shared_.sockets.numbered(static_cast<std::uint16_t>(local_port));
    }
    return line.size();
  }
  const auto colon = line.find(':');
  if (colon == line.npos) return line.size();
  if (answer_.headers.size() >= shared_.limits.headers) {
    too_large_ = true;
    return 0;
  }
  answer_.headers.push_back({small(trimmed(line.substr(0, colon))), to_valid_utf8(trimmed(line.substr(colon + 1)))});
  return line.size();
}

// While the connection is there: it may be gone at the answer's end.
void Transfer::keep_tls() {
  if (!order_.url.https || answer_.tls) return;
  curl_tlssessioninfo* session = nullptr;
  if (curl_easy_getinfo(easy_, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || session == nullptr) return;
  if (session->internals != nullptr) answer_.tls = tls_facts_of(session->internals, order_.url.host);
}

std::size_t Transfer::body(std::string_view bytes) {
  came_ += bytes.size();
  const std::size_t room = order_.body_bytes - answer_.body.size();
  answer_.body.append(bytes.substr(0, room));
  if (bytes.size() <= room) return bytes.size();
  too_large_ = true;
  return 0;
}

// The second wall: whatever curl came to think, no socket but to an address that was
// judged, and is judged again.
curl_socket_t Transfer::open(const curl_sockaddr& to) {
  const auto address = address_in(to.addr);
  const bool judged = address && std::ranges::find(order_.addresses, *address) != order_.addresses.end();
  const std::string_view word = !judged ? "unjudged" : shared_.guard.refusal(*address);
  if (!word.empty()) {
    refusal_ = word;
    return CURL_SOCKET_BAD;
  }
  const int fd = socket(to.family, to.socktype | SOCK_CLOEXEC, to.protocol);
  if (fd < 0) return CURL_SOCKET_BAD;
  opened_ = true;
  shared_.sockets.opened(fd);
  return fd;
}

int Transfer::begin_on(int local_port) {
  unused_ = !opened_ && shared_.sockets.spoke_unasked(static_cast<std::uint16_t>(local_port));
  return unused_ ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

std::size_t Transfer::take_header(char* data, std::size_t, std::size_t size, void* self) {
  return static_cast<Transfer*>(self)->header({data, size});
}

std::size_t Transfer::take_body(char* data, std::size_t, std::size_t size, void* self) {
  return static_cast<Transfer*>(self)->body({data, size});
}

curl_socket_t Transfer::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  return static_cast<Transfer*>(self)->open(*address);
}

int Transfer::close_socket(void* sockets, curl_socket_t fd) {
  static_cast<Sockets*>(sockets)->close(fd);
  return 0;
}

int Transfer::before_request(void* self, char*, char*, int, int local_port) {
  return static_cast<Transfer*>(self)->begin_on(local_port);
}

CURLcode Transfer::set_up_tls(CURL*, void* context, void* self) {
  static_cast<Transfer*>(self)->shared_.authorities.put_into(context);
  return CURLE_OK;
}

}  // namespace khien::crawl
