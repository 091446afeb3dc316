#pragma once

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace khien::hub {

// SMTP on loopback as an official server speaks it: nothing but EHLO and STARTTLS before TLS, and
// a sign-in before a mail (RFC 3207, RFC 4954).
class TlsMailServer {
 public:
  struct Mail {
    std::string from, to, text;
  };

  // `credentials`: what AUTH PLAIN says, in base64.
  TlsMailServer(std::string_view certificate_pem, std::string_view key_pem, std::string credentials)
      : credentials_(std::move(credentials)), context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free) {
    const std::unique_ptr<BIO, int (*)(BIO*)> chain(BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())), BIO_free);
    const std::unique_ptr<X509, void (*)(X509*)> own(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr), X509_free);
    const std::unique_ptr<BIO, int (*)(BIO*)> key_text(BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())), BIO_free);
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    if (SSL_CTX_use_certificate(context_.get(), own.get()) != 1 || SSL_CTX_use_PrivateKey(context_.get(), key.get()) != 1) {
      throw std::runtime_error("certificate");
    }
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 8) != 0) throw std::runtime_error("listen");
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~TlsMailServer() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
  }

  std::string url() const { return "smtp://localhost:" + std::to_string(port_); }
  std::vector<Mail> mails() {
    const std::lock_guard lock(mutex_);
    return mails_;
  }
  std::string fault() {
    const std::lock_guard lock(mutex_);
    return fault_;
  }

 private:
  struct Peer {
    int socket = -1;
    std::unique_ptr<SSL, void (*)(SSL*)> tls{nullptr, SSL_free};
    bool signed_in = false;
    std::string rest;
  };

  void serve() {
    while (!stopping_) {
      pollfd ready{listener_, POLLIN, 0};
      if (::poll(&ready, 1, 50) <= 0) continue;
      Peer peer;
      peer.socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (peer.socket < 0) continue;
      timeval patience{5, 0};
      ::setsockopt(peer.socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      talk(peer);
      peer.tls.reset();
      ::close(peer.socket);
    }
  }

  static void say(Peer& peer, std::string line) {
    line += "\r\n";
    if (peer.tls) {
      static_cast<void>(SSL_write(peer.tls.get(), line.data(), static_cast<int>(line.size())));
    } else {
      static_cast<void>(::send(peer.socket, line.data(), line.size(), MSG_NOSIGNAL));
    }
  }
  static bool hear(Peer& peer, std::string& line) {
    for (;;) {
      const auto end = peer.rest.find("\r\n");
      if (end != peer.rest.npos) {
        line = peer.rest.substr(0, end);
        peer.rest.erase(0, end + 2);
        return true;
      }
      char piece[4096];
      const auto got = peer.tls ? SSL_read(peer.tls.get(), piece, sizeof piece) : static_cast<int>(::recv(peer.socket, piece, sizeof piece, 0));
      if (got <= 0) return false;
      peer.rest.append(piece, static_cast<std::size_t>(got));
    }
  }
  void note(const std::string& what) {
    const std::lock_guard lock(mutex_);
    fault_ = what;
  }
  bool encrypt(Peer& peer) {
    say(peer, "220 go on");
    // What came before TLS counts for nothing (RFC 3207 §4.2).
    peer.rest.clear();
    peer.tls.reset(SSL_new(context_.get()));
    SSL_set_fd(peer.tls.get(), peer.socket);
    return SSL_accept(peer.tls.get()) == 1;
  }
  void take(Peer& peer, Mail& mail) {
    say(peer, "354 go on");
    std::string line;
    while (hear(peer, line) && line != ".") mail.text += (line.starts_with('.') ? line.substr(1) : line) + "\r\n";
    {
      const std::lock_guard lock(mutex_);
      mails_.push_back(mail);
    }
    say(peer, "250 taken");
  }

  void talk(Peer& peer) {
    say(peer, "220 mau.gov.vn ESMTP");
    Mail mail;
    std::string line;
    while (hear(peer, line)) {
      if (line.starts_with("EHLO ")) say(peer, peer.tls ? "250-mau.gov.vn\r\n250 AUTH PLAIN" : "250-mau.gov.vn\r\n250 STARTTLS");
      else if (line == "STARTTLS" && !peer.tls) {
        if (!encrypt(peer)) return;
      } else if (line == "QUIT") {
        return say(peer, "221 bye");
      } else if (!peer.tls) {
        note("before TLS: " + line);
        say(peer, "530 STARTTLS first");
      } else if (line == "AUTH PLAIN") {
        say(peer, "334 ");
      } else if (!peer.signed_in) {
        peer.signed_in = line == credentials_ || line == "AUTH PLAIN " + credentials_;
        say(peer, peer.signed_in ? "235 welcome" : "535 no");
      } else if (line.starts_with("MAIL FROM:<")) {
        mail.from = line.substr(11, line.find('>') - 11);
        say(peer, "250 ok");
      } else if (line.starts_with("RCPT TO:<")) {
        mail.to = line.substr(9, line.find('>') - 9);
        say(peer, "250 ok");
      } else if (line == "DATA" && !mail.to.empty()) {
        take(peer, mail);
      } else {
        note("unexpected " + line);
        say(peer, "503 not now");
      }
    }
  }

  std::string credentials_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  int listener_ = -1;
  unsigned port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
  std::mutex mutex_;
  std::string fault_;
  std::vector<Mail> mails_;
};

}  // namespace khien::hub
