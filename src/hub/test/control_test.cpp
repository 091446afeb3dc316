#include "khien/hub/control.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <string>

#include "temporary_folder.hpp"

namespace khien::hub {
namespace {

TEST_CASE("what the hub says and its exit code reach the caller, in the caller's language") {
  const TemporaryFolder folder;
  auto server = ControlServer::start(folder / "control.sock", [](const std::vector<std::string>& words, Console& console) {
    console.say({"chào " + words.at(0), "hello " + words.at(0)});
    console.err("!");
    return 7;
  });
  REQUIRE(server);
  KeptConsole console(Language::vi);
  const auto code = run_by_control(folder / "control.sock", {"Lan"}, console);
  REQUIRE(code);
  CHECK(*code == 7);
  CHECK(console.said() == "chào Lan\n");
  CHECK(console.complained() == "!");
}

// Tells the test that it heard something.
class ListeningConsole final : public Console {
 public:
  explicit ListeningConsole(std::promise<void>& heard) : Console(Language::vi), heard_(heard) {}
  void out(std::string_view text) override {
    if (said.empty()) heard_.set_value();
    said += text;
  }
  void err(std::string_view) override {}

  std::string said;

 private:
  std::promise<void>& heard_;
};

TEST_CASE("what a long command says is heard while it runs") {
  const TemporaryFolder folder;
  std::promise<void> heard;
  auto server =
      ControlServer::start(folder / "control.sock", [&](const std::vector<std::string>&, Console& console) {
        console.out("1/2\n");
        const bool in_time =
            heard.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready;
        console.out("2/2\n");
        return in_time ? 0 : 1;
      });
  REQUIRE(server);
  ListeningConsole console(heard);
  CHECK(run_by_control(folder / "control.sock", {"x"}, console).value() == 0);
  CHECK(console.said == "1/2\n2/2\n");
}

TEST_CASE("all of a long answer arrives, though the caller is slow to take it") {
  const TemporaryFolder folder;
  std::string all;
  for (int i = 0; i < 50'000; ++i) all += "dong " + std::to_string(i) + "\n";
  auto server =
      ControlServer::start(folder / "control.sock", [&](const std::vector<std::string>&, Console& console) {
        for (std::size_t at = 0; at < all.size(); at += 1'000)
          console.out(std::string_view(all).substr(at, 1'000));
        return 3;
      });
  REQUIRE(server);
  KeptConsole console(Language::vi);
  CHECK(run_by_control(folder / "control.sock", {"x"}, console).value() == 3);
  CHECK(console.said() == all);
}

TEST_CASE("without a hub the caller is told so") {
  const TemporaryFolder folder;
  KeptConsole console(Language::en);
  CHECK(run_by_control(folder / "control.sock", {"x"}, console).error().code() == Code::not_found);
}

TEST_CASE("the socket of a hub that was killed does not stand in the way") {
  const TemporaryFolder folder;
  const auto run = [](const std::vector<std::string>&, Console&) { return 0; };
  {
    auto first = ControlServer::start(folder / "control.sock", run);
    REQUIRE(first);
    // A second server takes the name over, as after a kill.
    auto second = ControlServer::start(folder / "control.sock", run);
    REQUIRE(second);
    KeptConsole console(Language::en);
    CHECK(run_by_control(folder / "control.sock", {"x"}, console));
  }
  CHECK(access((folder / "control.sock").c_str(), F_OK) != 0);
}

}  // namespace
}  // namespace khien::hub
