#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <curl/curl.h>

#include "khien/core/clock.hpp"
#include "khien/crawl/address_guard.hpp"
#include "khien/crawl/fetcher.hpp"
#include "sockets.hpp"

namespace khien::crawl {

// CAs to judge chains by; shared by all connections. Reading them anew for each
// would cost 20 ms of processor time.
class TrustedAuthorities {
 public:
  // Code::unavailable if the file holds none. Empty: the system's.
  static Result<std::unique_ptr<TrustedAuthorities>> read(const std::string& file);
  ~TrustedAuthorities();
  // Into an SSL_CTX.
  void put_into(void* context) const;

 private:
  explicit TrustedAuthorities(void* store) : store_(store) {}
  void* store_;  // X509_STORE
};

// What of a view's last step is still coming in: the answer of one exchange.
struct Answer {
  int status = 0;
  std::vector<HttpHeader> headers;
  std::string body;
  std::optional<TlsFacts> tls;
  std::string peer;
  std::string http;

  // The last header of that name, or empty.
  std::string_view header(std::string_view name) const;
};

// One request to one checked host over libcurl: no cookie, no proxy, no
// credentials, no redirect, no name looked up.
class Transfer {
 public:
  struct Order {
    WebUrl url;
    std::vector<IpAddress> addresses;  // judged; none where the host is an address
    FetchRequest request;
    std::size_t body_bytes = 0;
    bool fresh = false;  // on a connection of its own making
  };
  // What all transfers share.
  struct Shared {
    const FetchLimits& limits;
    const AddressGuard& guard;
    const TrustedAuthorities& authorities;
    Sockets& sockets;
  };
  Transfer(Order order, const Shared& shared, CURL* easy, std::uint64_t owner);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* easy() const { return easy_; }
  static Transfer& of(CURL* easy);
  std::uint64_t owner() const { return owner_; }
  // After curl is done with it: PageView::limit, or empty.
  std::string limit_of(CURLcode code) const;
  // It was not begun, because its connection held bytes nobody had asked for: to be
  // tried again on a fresh one.
  bool unused() const { return unused_; }
  const Order& order() const { return order_; }
  void keep_facts();
  Answer take() { return std::move(answer_); }
  std::string_view refusal() const { return refusal_; }
  // Bytes so far, of all kinds.
  std::size_t came() const { return came_; }

 private:
  void set_up();
  void set_request();
  std::size_t header(std::string_view line);
  std::size_t body(std::string_view bytes);
  curl_socket_t open(const curl_sockaddr& to);
  int begin_on(int local_port);
  void keep_tls();
  static std::size_t take_header(char* data, std::size_t, std::size_t size, void* self);
  static std::size_t take_body(char* data, std::size_t, std::size_t size, void* self);
  static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address);
  static int close_socket(void* sockets, curl_socket_t fd);
  static int before_request(void* self, char*, char*, int, int local_port);
  static CURLcode set_up_tls(CURL*, void* context, void* self);

  Order order_;
  Shared shared_;
  CURL* easy_;
  std::uint64_t owner_;
  curl_slist* pinned_ = nullptr;
  curl_slist* lines_ = nullptr;
  Answer answer_;
  std::size_t header_bytes_ = 0;
  std::size_t came_ = 0;
  bool too_large_ = false;
  bool opened_ = false;
  bool unused_ = false;
  std::string_view refusal_;
};

}  // namespace khien::crawl
