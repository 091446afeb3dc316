#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace khien::exchange {

// SMTP as a strict server speaks it (RFC 5321), without TLS, on loopback: commands in their order,
// lines that end in CR LF alone and are short enough, dots undone.
class SmallMailServer {
 public:
  struct Mail {
    std::string from, to, text;
  };

  SmallMailServer() {
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
  ~SmallMailServer() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
  }

  std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
  // What is said to RCPT from now on: "250 ok", "550 no such user", "451 later".
  void answer(std::string line) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(line);
  }
  std::vector<Mail> mails() {
    const std::lock_guard lock(mutex_);
    return mails_;
  }
  std::string fault() {
    const std::lock_guard lock(mutex_);
    return fault_;
  }

 private:
  void serve() {
    while (!stopping_) {
      pollfd ready{listener_, POLLIN, 0};
      if (::poll(&ready, 1, 50) <= 0) continue;
      const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (peer < 0) continue;
      timeval patience{2, 0};
      ::setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      rest_.clear();
      talk(peer);
      ::close(peer);
    }
  }

  void say(int peer, std::string line) {
    line += "\r\n";
    static_cast<void>(::send(peer, line.data(), line.size(), MSG_NOSIGNAL));
  }

  bool read_line(int peer, std::string& line) {
    for (;;) {
      const auto end = rest_.find("\r\n");
      if (end != rest_.npos) {
        line = rest_.substr(0, end);
        rest_.erase(0, end + 2);
        if (line.find_first_of("\r\n") != line.npos) note("a line end that is none");
        if (line.size() > 998) note("a line that is too long");
        return true;
      }
      char piece[4096];
      const auto got = ::recv(peer, piece, sizeof piece, 0);
      if (got <= 0) return false;
      rest_.append(piece, static_cast<std::size_t>(got));
    }
  }

  void note(const std::string& what) {
    const std::lock_guard lock(mutex_);
    fault_ = what;
  }

  void talk(int peer) {
    say(peer, "220 mau.gov.vn ESMTP");
    Mail mail;
    std::string line;
    while (read_line(peer, line)) {
      if (line.starts_with("EHLO ")) say(peer, "250 mau.gov.vn");
      else if (line.starts_with("MAIL FROM:<")) {
        mail.from = line.substr(11, line.find('>') - 11);
        say(peer, "250 ok");
      } else if (line.starts_with("RCPT TO:<") && !mail.from.empty()) {
        mail.to = line.substr(9, line.find('>') - 9);
        const std::lock_guard lock(mutex_);
        say(peer, answer_);
      } else if (line == "DATA" && !mail.to.empty()) {
        say(peer, "354 go on");
        while (read_line(peer, line) && line != ".") mail.text += (line.starts_with('.') ? line.substr(1) : line) + "\r\n";
        {
          const std::lock_guard lock(mutex_);
          mails_.push_back(mail);
        }
        say(peer, "250 taken");
      } else if (line == "QUIT") {
        return say(peer, "221 bye");
      } else {
        note("unexpected " + line);
        say(peer, "503 not now");
      }
    }
  }

  int listener_ = -1;
  unsigned port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
  std::mutex mutex_;
  std::string answer_ = "250 ok";
  std::string rest_;
  std::string fault_;
  std::vector<Mail> mails_;
};

}  // namespace khien::exchange
