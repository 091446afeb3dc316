// Does a mail server take mail encrypted? Servers of this machine that say what a test wants.
#include "khien/crawl/mail_door.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

#include "khien/core/assert.hpp"
#include "lab_names.hpp"
#include "lab_server.hpp"

namespace khien::crawl {
namespace {

// Talks to one visitor at a time.
class MailServer {
 public:
  struct Words {
    std::string greeting = "220 mx.xa.gov.vn ESMTP\r\n";
    std::string hello = "250-mx.xa.gov.vn\r\n250-SIZE 1000\r\n250 starttls\r\n";
    std::string start = "220 go ahead\r\n";
    bool tls = true;
  };
  explicit MailServer(Words words) : words_(std::move(words)) {
    std::string folder = (std::filesystem::temp_directory_path() / "khien-mail-XXXXXX").string();
    khien_assert(mkdtemp(folder.data()) != nullptr);
    write_identity(folder, {"mx.xa.gov.vn"});
    context_ = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate_file(context_, (folder + "/certificate.pem").c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(context_, (folder + "/key.pem").c_str(), SSL_FILETYPE_PEM);
    std::filesystem::remove_all(folder);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof here;
    khien_assert(bind(listener_, reinterpret_cast<sockaddr*>(&here), size) == 0 && listen(listener_, 8) == 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&here), &size);
    port_ = ntohs(here.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~MailServer() {
    stopping_ = true;
    thread_.join();
    close(listener_);
    SSL_CTX_free(context_);
  }
  std::uint16_t port() const { return port_; }
  int visits() const { return visits_; }
  std::string heard() {
    const std::scoped_lock lock(mutex_);
    return heard_;
  }

 private:
  void serve() {
    while (!stopping_) {
      pollfd one{listener_, POLLIN, 0};
      if (poll(&one, 1, 50) <= 0) continue;
      const int fd = accept(listener_, nullptr, nullptr);
      ++visits_;
      timeval most{2, 0};
      setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
      talk(fd);
      close(fd);
    }
  }
  std::string line(int fd) {
    std::string text;
    char one = 0;
    while (text.size() < 200 && recv(fd, &one, 1, 0) == 1 && one != '\n') text += one;
    const std::scoped_lock lock(mutex_);
    heard_ += text.substr(0, text.find('\r')) + "|";
    return text;
  }
  void say(int fd, const std::string& words) { ::send(fd, words.data(), words.size(), MSG_NOSIGNAL); }
  void talk(int fd) {
    say(fd, words_.greeting);
    if (!line(fd).starts_with("EHLO")) return;
    say(fd, words_.hello);
    if (!line(fd).starts_with("STARTTLS")) return;
    say(fd, words_.start);
    if (!words_.tls) return;
    SSL* tls = SSL_new(context_);
    SSL_set_fd(tls, fd);
    if (SSL_accept(tls) == 1) {
      char bytes[64];
      const int got = SSL_read(tls, bytes, sizeof bytes);
      const std::scoped_lock lock(mutex_);
      if (got > 0) heard_ += "tls:" + std::string(bytes, 4) + "|";
    }
    SSL_free(tls);
  }

  Words words_;
  SSL_CTX* context_ = nullptr;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> visits_ = 0;
  std::mutex mutex_;
  std::string heard_;
  std::thread thread_;
};

std::optional<MailDoor> door_of_mail(MailServer& server, AddressGuard::Options guard = {.allow_private = true}) {
  NameServer names("127.0.0.1", 0, {{"mx.xa.gov.vn", {.first = {"127.0.0.1"}, .later = {}, .texts = {}, .mail = {}}}});
  return look_at_mail_door({"mx.xa.gov.vn"}, AddressGuard(std::move(guard)), "127.0.0.1:" + std::to_string(names.port()), system_clock(), server.port());
}

TEST_CASE("a mail server that offers encryption is taken at its word, and nothing but greetings is said") {
  MailServer server({});
  const auto door = door_of_mail(server);
  REQUIRE(door);
  CHECK(door->exchanger == "mx.xa.gov.vn");
  CHECK(door->offered);
  REQUIRE(door->tls);
  CHECK(door->tls->protocol == "TLSv1.3");
  CHECK(door->tls->name_ok);
  CHECK_FALSE(door->tls->chain_ok);
  for (int i = 0; i < 100 && server.heard().find("tls:") == std::string::npos; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(server.heard() == "EHLO khien.invalid|STARTTLS|tls:QUIT|");
}

TEST_CASE("no offer, a refused beginning, a broken handshake and silence are told apart") {
  MailServer plain({.hello = "250-mx\r\n250 SIZE 1000\r\n"});
  CHECK_FALSE(door_of_mail(plain)->offered);
  MailServer refuses({.start = "454 not now\r\n"});
  CHECK(door_of_mail(refuses)->offered);
  CHECK_FALSE(door_of_mail(refuses)->tls);
  MailServer breaks({.tls = false});
  CHECK_FALSE(door_of_mail(breaks)->tls);
  MailServer closed({.greeting = "554 no mail here\r\n"});
  CHECK_FALSE(door_of_mail(closed));
  MailServer endless({.hello = "250-" + std::string(100'000, 'x') + "\r\n"});
  CHECK_FALSE(door_of_mail(endless));
}

TEST_CASE("an exchanger whose address leads inside is not connected to") {
  MailServer server({});
  CHECK_FALSE(door_of_mail(server, {}));
  CHECK_FALSE(door_of_mail(server, {.allow_private = true, .own = {IpRange::parse("127.0.0.0/8").value()}}));
  CHECK(server.visits() == 0);
  CHECK_FALSE(look_at_mail_door({}, AddressGuard(), "", system_clock()));
}

}  // namespace
}  // namespace khien::crawl
