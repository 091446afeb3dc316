#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/render/browser.hpp"
#include "table_answerer.hpp"
#include "walls.hpp"

namespace khien::render {
namespace {

constexpr const char* kLonelyUser = "64018";

bool walls_can_be_tried() {
  if (::access("/usr/lib/chromium/chromium", X_OK) == 0 && ::geteuid() == 0) return true;
  MESSAGE("skipped: needs root and chromium");
  return false;
}

// Nobody has anything to say here: each connection and each datagram is one too many.
class Canary {
 public:
  Canary() : tcp_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)), udp_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(tcp_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(tcp_.get(), 64) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(tcp_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    REQUIRE(::bind(udp_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    port = ntohs(address.sin_port);
  }
  int heard() {
    for (int fd = ::accept(tcp_.get(), nullptr, nullptr); fd >= 0; fd = ::accept(tcp_.get(), nullptr, nullptr)) {
      ::close(fd);
      ++heard_;
    }
    char byte = 0;
    while (::recv(udp_.get(), &byte, 1, 0) >= 0) ++heard_;
    return heard_;
  }
  int port = 0;

 private:
  Fd tcp_;
  Fd udp_;
  int heard_ = 0;
};

std::string link_of(const std::string& path) {
  std::error_code error;
  return std::filesystem::read_symlink(path, error).string();
}

std::string read_whole(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Looks at the browser's processes while it waits for an answer.
class Witness final : public RequestAnswerer {
 public:
  TableAnswerer table;
  std::set<std::string> networks;
  int renderers = 0, closed_in = 0, seen = 0;
  bool sandbox_off = false;

  void ask(const std::string& url, Done done) override {
    if (url.ends_with("/late.js")) look();
    table.ask(url, std::move(done));
  }
  void step(Duration most) override { table.step(most); }

 private:
  void look() {
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      const std::string status = read_whole(entry.path() / "status");
      if (status.find("Uid:\t" + std::string(kLonelyUser)) == status.npos) continue;
      ++seen;
      networks.insert(link_of(entry.path() / "ns/net"));
      const std::string words = read_whole(entry.path() / "cmdline");
      sandbox_off = sandbox_off || words.find(std::string("\0--no-sandbox", 13)) != words.npos || words.find("--disable-seccomp") != words.npos;
      if (words.find("--type=renderer") == words.npos) continue;
      ++renderers;
      const bool own_users = link_of(entry.path() / "ns/user") != link_of("/proc/self/ns/user");
      if (status.find("Seccomp:\t2") != status.npos && own_users) ++closed_in;
    }
  }
};

TEST_CASE("the browser has no way to anywhere, and its own sandbox is on") {
  if (!walls_can_be_tried()) return;
  Canary canary;
  const std::string there = "127.0.0.1:" + std::to_string(canary.port);
  Witness witness;
  witness.table.web["http://127.0.0.1:8081/"] = page_of(
      "<link rel=preconnect href='http://" + there + "'><link rel=dns-prefetch href='//canary.test'><link rel=prefetch href='http://" + there +
      "/p'><body><img src='http://" + there + "/i'><iframe src='http://" + there + "/f'></iframe><script>"
      "try{new WebSocket('ws://" + there + "/w')}catch(e){}fetch('http://" + there + "/x').catch(()=>{});new EventSource('http://" + there + "/e');"
      "const r=new RTCPeerConnection({iceServers:[{urls:'stun:" + there + "'},{urls:'turn:" + there + "?transport=tcp',username:'u',credential:'c'}]});"
      "r.createDataChannel('x');r.createOffer().then(o=>r.setLocalDescription(o));"
      "try{new WebTransport('https://" + there + "/t')}catch(e){}navigator.sendBeacon('http://" + there + "/b');"
      "new Worker(URL.createObjectURL(new Blob([\"new WebSocket('ws://" + there + "/ww')\"])));"
      "document.write('<form id=f action=http://" + there + "/form target=_blank></form>');f.submit()</script><script src=/late.js></script>");
  Browser::Options options{.socket = {}, .program = KHIEN_BROWSER, .user = kLonelyUser, .chromium = {}, .user_agent = "x", .limits = {}};
  options.limits.settle_time = milliseconds(1500);
  Browser browser(options, system_clock());
  const auto page = browser.open("http://127.0.0.1:8081/", witness);
  REQUIRE(page.has_value());
  CHECK(canary.heard() == 0);
  CHECK(witness.seen > 3);
  CHECK(witness.networks.size() >= 1);
  CHECK(!witness.networks.contains(link_of("/proc/self/ns/net")));
  CHECK(witness.renderers > 0);
  CHECK(witness.closed_in == witness.renderers);
  CHECK(!witness.sandbox_off);
}

// What a child says that did this, for it changes who it is and where.
std::string said_by_child(const std::function<std::string()>& does) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const std::string word = does();
    const ssize_t written = ::write(ends[1], word.data(), word.size());
    ::_exit(written < 0 ? 1 : 0);
  }
  ::close(ends[1]);
  char word[64];
  const ssize_t size = ::read(ends[0], word, sizeof word);
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return {word, static_cast<std::size_t>(size > 0 ? size : 0)};
}

TEST_CASE("each wall that is missing is a refusal with its word") {
  if (::geteuid() != 0) return;
  CHECK(said_by_child([] { return leave_network(); }) == "");
  // Somebody who is not root, where there is a way out: on this machine if it has one.
  const bool reaches_out = std::filesystem::exists("/sys/class/net/eth0");
  if (reaches_out) {
    CHECK(said_by_child([] { return ::setuid(64018) == 0 ? leave_network() : "?"; }) == "network");
  }
  CHECK(said_by_child([] { return ::unshare(CLONE_NEWNET) == 0 && ::setuid(64018) == 0 ? leave_network() : "?"; }) == "");
  CHECK(said_by_child([] { return become_user("64018", 0); }) == "");
  CHECK(said_by_child([] { return become_user("64018", 64018); }) == "own_user");
  CHECK(said_by_child([] { return ::setuid(64018) == 0 ? become_user("64017", 64018) : "?"; }) == "own_user");
  CHECK(said_by_child([] { return become_user("0", 1000); }) == "no_user");
  CHECK(said_by_child([] { return become_user("nobody-of-that-name", 1000); }) == "no_user");
  CHECK(said_by_child([] { return bound_itself(); }) == "");
}

TEST_CASE("the canary does hear") {
  Canary canary;
  const Fd line(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(canary.port));
  REQUIRE(::connect(line.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  CHECK(canary.heard() == 1);
}

}  // namespace
}  // namespace khien::render
