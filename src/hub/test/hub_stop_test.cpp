// A whole hub, an agent's batch under way, and a disk that hangs.
#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <thread>

#include "khien/core/env.hpp"
#include "khien/core/json.hpp"
#include "khien/hub/control.hpp"
#include "khien/hub/data_folder.hpp"
#include "khien/hub/hub.hpp"
#include "khien/model/batch.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/model/observation.hpp"
#include "khien/net/certificate.hpp"
#include "khien/net/client.hpp"
#include "khien/store/ledger.hpp"
#include "temporary_folder.hpp"

namespace khien::hub {
namespace {

std::unique_ptr<Hub> start(const TemporaryFolder& folder) {
  Hub::Options options;
  options.config = default_config();
  options.config.folder = folder.path();
  options.config.names = {"localhost"};
  options.config.people_address = options.config.agents_address = "127.0.0.1";
  options.config.people_port = options.config.agents_port = options.config.monitor_port = 0;
  return Hub::start(std::move(options), system_env()).value();
}

// An agent that joined by a token of the command line.
class Agent {
 public:
  Agent(const Hub& hub, const TemporaryFolder& folder)
      : url_("https://localhost:" + std::to_string(hub.agents_port()) + "/agent/v1/") {
    const std::string ca = system_files().read(folder / "ca.pem", 1u << 16).value();
    const auto key = net::make_key_and_request("agent").value();
    const auto token = EnrolmentToken::from_text(new_token(folder)).value();
    const EnrolRequest wanted{token.secret, key.csr_pem, "may-van-thu", "0.1.0"};
    auto stranger = net::make_client({.ca_pem = ca}).value();
    const auto answer = stranger->send({net::Method::post, url_ + "enrol", {}, to_json(wanted)}).value();
    REQUIRE(answer.status == 200);
    const auto issued = issued_certificate_from_json(answer.body).value();
    client_ = net::make_client({.ca_pem = ca,
                                .certificate_pem = issued.certificate_pem,
                                .key_pem = Secret(std::string(key.key_pem.reveal()))})
                  .value();
  }

  Result<net::ClientResponse> send(std::uint64_t seq) {
    const std::string event = to_json(Observation{system_clock().now(), Heartbeat{.uptime_ms = 1}});
    const Batch batch{.stream = "main", .epoch = 1, .first_seq = seq, .events = {event}, .drops = {}};
    net::ClientRequest request{net::Method::post, url_ + "batch", {}, to_ndjson(batch)};
    request.headers.add("Content-Type", "application/x-ndjson");
    return client_->send(request);
  }

 private:
  static std::string new_token(const TemporaryFolder& folder) {
    KeptConsole console(Language::en);
    const auto socket = folder / "control.sock";
    REQUIRE(run_by_control(socket, {"token", "create", "--json"}, console).value() == 0);
    JsonDocument memory;
    Budget budget({});
    return std::string(memory.parse(console.said(), budget).value().string_at("token").value());
  }

  std::string url_;
  std::unique_ptr<net::Client> client_;
};

TEST_CASE("a hub that is stopped while its disk hangs stores what it took and ends clean") {
  const TemporaryFolder folder;
  const std::string database = folder / "ledger.db";
  auto hub = start(folder);
  Agent agent(*hub, folder);
  REQUIRE(agent.send(1).value().status == 200);

  // Nobody gets to write until this lock goes: longer than the server waits for
  // its answers, shorter than SQLite for the lock.
  auto disk = store::Connection::open({.path = database}).value();
  REQUIRE(disk.run("BEGIN IMMEDIATE"));
  auto unanswered = std::async(std::launch::async, [&] { return agent.send(2); });
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  auto disk_comes_back = std::async(std::launch::async, [&] {
    std::this_thread::sleep_for(std::chrono::seconds(3));
    return disk.run("ROLLBACK").has_value();
  });
  hub.reset();
  CHECK(disk_comes_back.get());
  CHECK_FALSE(unanswered.get());
  CHECK(store::Ledger::open({.path = database}).value()->newest().value() == ObservationId{2});
}

}  // namespace
}  // namespace khien::hub
