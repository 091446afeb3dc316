#include "lab_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "khien/core/assert.hpp"

namespace khien::crawl {
namespace {

struct Identity {
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
};

Identity self_signed(const std::vector<std::string>& names, int valid_days) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 7);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -86400L * 60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400L * valid_days);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("Xã Thử"), -1, -1, 0);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(names.front().c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  std::string all;
  for (const std::string& each : names) all += (all.empty() ? "DNS:" : ",DNS:") + each;
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, all.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(certificate, key, EVP_sha256());
  return {key, certificate};
}

std::shared_ptr<void> context_of(const LabServer::Options& options) {
  const Identity own = self_signed(options.names, options.valid_days);
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate(context, own.certificate);
  SSL_CTX_use_PrivateKey(context, own.key);
  X509_free(own.certificate);
  EVP_PKEY_free(own.key);
  return {context, [](void* owned) { SSL_CTX_free(static_cast<SSL_CTX*>(owned)); }};
}

int listen_on(const std::string& address, std::uint16_t port, std::uint16_t& got) {
  const bool v6 = address.find(':') != address.npos;
  const int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in6 six{};
  sockaddr_in four{};
  six.sin6_family = AF_INET6;
  four.sin_family = AF_INET;
  six.sin6_port = four.sin_port = htons(port);
  inet_pton(v6 ? AF_INET6 : AF_INET, address.c_str(), v6 ? static_cast<void*>(&six.sin6_addr) : &four.sin_addr);
  auto* any = v6 ? reinterpret_cast<sockaddr*>(&six) : reinterpret_cast<sockaddr*>(&four);
  socklen_t size = v6 ? sizeof six : sizeof four;
  khien_assert(bind(fd, any, size) == 0 && listen(fd, 128) == 0);
  getsockname(fd, any, &size);
  got = ntohs(v6 ? six.sin6_port : four.sin_port);
  return fd;
}

std::string small(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return text;
}

LabRequest read_head(const std::string& head) {
  LabRequest request;
  const auto first = head.find(' ');
  request.method = head.substr(0, first);
  request.target = head.substr(first + 1, head.find(' ', first + 1) - first - 1);
  for (auto at = head.find("\r\n"); at != head.npos && at + 2 < head.size();) {
    const auto end = head.find("\r\n", at + 2);
    const std::string line = head.substr(at + 2, end - at - 2);
    if (const auto colon = line.find(": "); colon != line.npos) request.headers[small(line.substr(0, colon))] = line.substr(colon + 2);
    at = end;
  }
  return request;
}

}  // namespace

void write_identity(const std::string& folder, const std::vector<std::string>& names) {
  const Identity own = self_signed(names, 30);
  BIO* key = BIO_new_file((folder + "/key.pem").c_str(), "w");
  BIO* certificate = BIO_new_file((folder + "/certificate.pem").c_str(), "w");
  khien_assert(key != nullptr && certificate != nullptr);
  PEM_write_bio_PrivateKey(key, own.key, nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_bio_X509(certificate, own.certificate);
  BIO_free_all(key);
  BIO_free_all(certificate);
  X509_free(own.certificate);
  EVP_PKEY_free(own.key);
}

std::string LabRequest::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

bool LabLine::answer(int status, std::string_view headers, std::string_view body) {
  std::string head = "HTTP/1.1 " + std::to_string(status) + " X\r\n" + std::string(headers);
  if (headers.find("Content-Type") == headers.npos) head += "Content-Type: text/html; charset=utf-8\r\n";
  head += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return send(head) && send(body);
}

class LabServer::Line final : public LabLine {
 public:
  Line(int fd, const std::atomic<bool>& stopping, void* context) : fd_(fd), stopping_(stopping) {
    if (context == nullptr) return;
    tls_ = SSL_new(static_cast<SSL_CTX*>(context));
    SSL_set_fd(tls_, fd);
    good_ = SSL_accept(tls_) == 1;
  }
  ~Line() override {
    if (tls_ != nullptr) {
      if (good_) SSL_shutdown(tls_);
      SSL_free(tls_);
    }
  }

  bool send(std::string_view bytes) override {
    while (!bytes.empty() && good_ && !stopping_) {
      const long sent = tls_ != nullptr ? SSL_write(tls_, bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 20)))
                                        : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) good_ = false;
      else bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return good_ && !stopping_;
  }

  bool pause(int milliseconds) override {
    pollfd gone{.fd = fd_, .events = POLLRDHUP};
    if (poll(&gone, 1, milliseconds) > 0) good_ = false;
    return good_ && !stopping_;
  }

  // A head, or empty once the peer is gone.
  std::string head() {
    std::array<char, 4096> piece;
    while (good_ && !stopping_) {
      if (const auto end = came_.find("\r\n\r\n"); end != came_.npos) {
        std::string head = came_.substr(0, end + 2);
        came_.erase(0, end + 4);
        return head;
      }
      const long got = tls_ != nullptr ? SSL_read(tls_, piece.data(), piece.size()) : recv(fd_, piece.data(), piece.size(), 0);
      if (got <= 0) good_ = false;
      else came_.append(piece.data(), static_cast<std::size_t>(got));
    }
    return {};
  }

 private:
  int fd_;
  const std::atomic<bool>& stopping_;
  SSL* tls_ = nullptr;
  bool good_ = true;
  std::string came_;
};

LabServer::LabServer(Handler handler, Options options) : handler_(std::move(handler)), options_(std::move(options)) {
  ::signal(SIGPIPE, SIG_IGN);
  if (options_.tls) tls_ = context_of(options_);
  listener_ = listen_on(options_.address, options_.port, port_);
  acceptor_ = std::thread([this] { accept_all(); });
}

LabServer::~LabServer() {
  stopping_ = true;
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) shutdown(fd, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  close(listener_);
}

std::string LabServer::origin() const {
  const bool v6 = options_.address.find(':') != std::string::npos;
  return std::string(options_.tls ? "https://" : "http://") + (v6 ? "[" + options_.address + "]" : options_.address) + ":" + std::to_string(port_);
}

void LabServer::accept_all() {
  while (!stopping_) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    ++connections_;
    const std::lock_guard lock(mutex_);
    open_.push_back(fd);
    threads_.emplace_back([this, fd] { serve(fd); });
  }
}

void LabServer::answer_one(const LabRequest& request, LabLine& line) {
  ++requests_;
  const int now = ++at_once_;
  int most = most_at_once_;
  while (now > most && !most_at_once_.compare_exchange_weak(most, now)) {
  }
  handler_(request, line);
  --at_once_;
}

void LabServer::serve(int fd) {
  {
    Line line(fd, stopping_, tls_.get());
    if (!options_.greeting.empty()) line.send(options_.greeting);
    while (!line.over()) {
      const std::string head = line.head();
      if (head.empty()) break;
      answer_one(read_head(head), line);
    }
  }
  const std::lock_guard lock(mutex_);
  std::erase(open_, fd);
  close(fd);
}

}  // namespace khien::crawl
