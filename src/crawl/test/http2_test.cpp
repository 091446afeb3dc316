// HTTP/2, with a server that is not ours: nghttpd of Debian's nghttp2-server.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "fetch_fixture.hpp"
#include "lab_server.hpp"

namespace khien::crawl {
namespace {

constexpr const char* kServer = "/usr/bin/nghttpd";

std::uint16_t free_port() { return LabServer([](const LabRequest&, LabLine&) {}).port(); }

class Http2Server {
 public:
  Http2Server() : folder_(std::filesystem::temp_directory_path() / ("khien-http2-" + std::to_string(getpid()))), port_(free_port()) {
    std::filesystem::create_directories(folder_);
    write_identity(folder_, {"localhost"});
    for (int i = 0; i < 20; ++i) std::ofstream(folder_ / (std::to_string(i) + ".html")) << "<p>page " << i << "</p>";
    child_ = fork();
    if (child_ != 0) return;
    const int nothing = open("/dev/null", O_WRONLY);
    dup2(nothing, 1);
    dup2(nothing, 2);
    const std::string root = folder_;
    const std::string port = std::to_string(port_);
    execl(kServer, kServer, "-a", "127.0.0.1", "-d", root.c_str(), port.c_str(), (root + "/key.pem").c_str(),
          (root + "/certificate.pem").c_str(), nullptr);
    _exit(127);
  }
  ~Http2Server() {
    kill(child_, SIGTERM);
    waitpid(child_, nullptr, 0);
    std::filesystem::remove_all(folder_);
  }
  Http2Server(const Http2Server&) = delete;
  Http2Server& operator=(const Http2Server&) = delete;

  std::string origin() const { return "https://127.0.0.1:" + std::to_string(port_); }

 private:
  std::filesystem::path folder_;
  std::uint16_t port_;
  pid_t child_ = -1;
};

TEST_CASE("pages come over HTTP/2, many on one connection, each its own") {
  if (access(kServer, X_OK) != 0) {
    MESSAGE("skipped: nghttp2-server is not installed");
    return;
  }
  const Http2Server server;
  Lab lab;
  Fetched first;
  for (int tries = 0; tries < 50 && first.view.status == 0; ++tries) {
    first = lab.one(server.origin() + "/0.html");
    if (first.view.status == 0) usleep(50'000);
  }
  CHECK(first.http == "2");
  REQUIRE(first.tls);
  CHECK_FALSE(first.tls->chain_ok);
  std::vector<FetchRequest> requests;
  for (int i = 0; i < 20; ++i) requests.push_back({.url = server.origin() + "/" + std::to_string(i) + ".html"});
  const auto all = lab.all(requests);
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i].http == "2");
    CHECK(all[i].view.body == "<p>page " + std::to_string(i) + "</p>");
    CHECK(std::ranges::find(all[i].view.headers, "content-length", &HttpHeader::name) != all[i].view.headers.end());
  }
}

}  // namespace
}  // namespace khien::crawl
