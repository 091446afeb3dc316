#include "khien/hub/control.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

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
