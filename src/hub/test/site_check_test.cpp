#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>

#include "khien/core/json.hpp"
#include "khien/hub/command_line.hpp"
#include "khien/hub/console.hpp"

namespace khien::hub {
namespace {

// Answers each connection with one page: the one for Googlebot, or the other.
class SmallSite {
 public:
  SmallSite(std::string honest, std::string for_googlebot) : honest_(std::move(honest)), for_googlebot_(std::move(for_googlebot)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in own{.sin_family = AF_INET};
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof own;
    REQUIRE(bind(listener_, reinterpret_cast<sockaddr*>(&own), size) == 0);
    REQUIRE(listen(listener_, 16) == 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&own), &size);
    origin_ = "http://127.0.0.1:" + std::to_string(ntohs(own.sin_port)) + "/";
    thread_ = std::thread([this] { serve(); });
  }
  ~SmallSite() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  SmallSite(const SmallSite&) = delete;
  SmallSite& operator=(const SmallSite&) = delete;

  const std::string& origin() const { return origin_; }
  int visits() const { return visits_; }

 private:
  void serve() {
    for (int fd = accept(listener_, nullptr, nullptr); fd >= 0; fd = accept(listener_, nullptr, nullptr)) {
      ++visits_;
      std::string head(4096, '\0');
      const ssize_t got = recv(fd, head.data(), head.size(), 0);
      head.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
      const std::string& page = head.find("Googlebot") == std::string::npos ? honest_ : for_googlebot_;
      const std::string answer = "HTTP/1.1 200 OK\r\nServer: nginx/1.14.0\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\nContent-Length: " +
                                 std::to_string(page.size()) + "\r\n\r\n" + page;
      static_cast<void>(send(fd, answer.data(), answer.size(), MSG_NOSIGNAL));
      close(fd);
    }
  }

  std::string honest_;
  std::string for_googlebot_;
  int listener_ = -1;
  std::string origin_;
  std::atomic<int> visits_ = 0;
  std::thread thread_;
};

struct Said {
  int code = 0;
  std::string out, err;
};

Said site(std::vector<std::string> words, Language language = Language::en) {
  words.insert(words.begin(), "site");
  KeptConsole console(language);
  const int code = run_command_line(words, console);
  return {code, console.said(), console.complained()};
}

constexpr auto kHonest =
    "<html lang=vi><head><title>Uỷ ban nhân dân xã</title></head><body><h1>Thông báo</h1><p>Lịch tiếp công dân của xã trong tháng này.</p></body></html>";

std::string spam() {
  std::string page = "<html lang=vi><head><title>Nhà cái uy tín 8xbet - tài xỉu online, game bài đổi thưởng</title></head><body>";
  for (int i = 0; i < 20; ++i) page += "<p>Tài xỉu online, nổ hũ, bắn cá đổi thưởng: nạp rút nhanh, <a href='https://8xbet" + std::to_string(i) + ".vip/'>link vào 8xbet không bị chặn</a></p>";
  return page + "</body></html>";
}

TEST_CASE("site check: four views are fetched and judged, and what only Googlebot is shown is told") {
  const SmallSite server(kHonest, spam());
  const Said said = site({"check", server.origin(), "--allow-private", "--json"});
  CHECK(said.code == 1);
  CAPTURE(said.out);
  Budget budget({});
  JsonDocument document;
  const Json line = document.parse(said.out, budget).value();
  CHECK(line.string_at("class").value() == "cloaked");
  CHECK(line.field("views").value().size() == 4);
  CHECK(line.field("links").value().size() > 0);
  CHECK(said.out.find("\"name\":\"nginx\",\"title\":\"nginx\",\"version\":\"1.14.0\"") != std::string::npos);
  CHECK(server.visits() == 4);
}

TEST_CASE("site check: an honest page is clean, in words as well") {
  const SmallSite server(kHonest, kHonest);
  const Said said = site({"check", server.origin(), "--allow-private"}, Language::vi);
  CHECK(said.code == 0);
  CHECK(said.out.starts_with("clean\t"));
  CHECK(said.out.find("googlebot") != std::string::npos);
}

TEST_CASE("site check: private addresses are refused unless allowed, and not touched") {
  const SmallSite server(kHonest, kHonest);
  const Said said = site({"check", server.origin()});
  CHECK(said.code == 2);
  CHECK(said.out.find("may not be visited (port)") != std::string::npos);
  CHECK(site({"check", "http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/"}).code == 2);
  CHECK(site({"check", "http://169.254.169.254/", "--allow-private"}).code == 2);
  CHECK(server.visits() == 0);
}

TEST_CASE("site check: without an address it is wrong use") {
  CHECK(site({"check"}).code == 2);
  for (const std::string nothing : {"", "  "}) {
    const Said said = site({"check", nothing});
    CHECK(said.code == 2);
    CHECK(said.err.contains("at least one address is needed"));
  }
  CHECK(site({"neither"}).code == 2);
}

}  // namespace
}  // namespace khien::hub
