#include "time_stamping.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "khien/core/clock.hpp"
#include "khien/net/server.hpp"
#include "test/temporary_folder.hpp"

namespace khien::hub {
namespace {

class BrokenStampServer final : public net::Handler {
 public:
  void handle(net::Request, net::Responder respond) override { respond({.status = 503}); }
};

TEST_CASE("no time stamp server is asked where none is named, and none without whom it must lead to") {
  const TemporaryFolder folder;
  Config config;
  const auto none = stamp_server_of(config, system_files());
  REQUIRE(none);
  CHECK_FALSE(none->stamper);
  config.signing_tsa_url = "http://127.0.0.1:1/tsa";
  CHECK(stamp_server_of(config, system_files()).error().code() == Code::invalid);
  config.signing_tsa_ca = folder.path() + "/absent.pem";
  CHECK(stamp_server_of(config, system_files()).error().code() == Code::not_found);
}

TEST_CASE("a time stamp server that answers nothing of use is named in the error") {
  const TemporaryFolder folder;
  std::ofstream(folder.path() + "/ca.pem") << "";
  BrokenStampServer handler;
  std::vector<net::Listener> listeners(1);
  listeners[0].handler = &handler;
  const auto server = net::Server::create(std::move(listeners), {}, system_clock());
  REQUIRE(server);
  REQUIRE((*server)->start());
  Config config;
  config.signing_tsa_ca = folder.path() + "/ca.pem";
  config.signing_tsa_url = "http://127.0.0.1:" + std::to_string((*server)->port(0)) + "/tsa";
  auto stamps = stamp_server_of(config, system_files());
  REQUIRE(stamps);
  auto answer = stamps->stamper->stamp(as_bytes("x"));
  CHECK(answer.error().code() == Code::unavailable);
  CHECK(answer.error().what().find("503") != std::string::npos);
  // Nobody is there.
  config.signing_tsa_url = "http://127.0.0.1:1/tsa";
  stamps = stamp_server_of(config, system_files());
  REQUIRE(stamps);
  answer = stamps->stamper->stamp(as_bytes("x"));
  CHECK(answer.error().code() == Code::unavailable);
  CHECK(answer.error().what().find(config.signing_tsa_url) != std::string::npos);
}

}  // namespace
}  // namespace khien::hub
