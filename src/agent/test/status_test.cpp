#include "khien/agent/status.hpp"

#include <doctest/doctest.h>

#include "fixture.hpp"

namespace khien::agent {
namespace {

AgentStatus well() {
  return {.version = "1.2.3",
          .at = kNoon,
          .hub_url = "https://hub:8444",
          .contact = Contact::reached,
          .reached_at = kNoon - seconds(3),
          .waiting = 12,
          .judging = true,
          .failure = {}};
}

Code ill(const AgentStatus& status, Timestamp now = kNoon) {
  const auto checked = check_status(status, "1.2.3", now);
  REQUIRE_FALSE(checked);
  return checked.error().code();
}

TEST_CASE("what an agent says of itself is read as it was written") {
  AgentStatus status = well();
  for (const Contact contact : {Contact::untried, Contact::reached, Contact::failing, Contact::refused}) {
    status.contact = contact;
    CHECK(agent_status_from_json(to_json(status)).value() == status);
  }
  status.reached_at.reset();
  status.failure = "the \"disk\" is full";
  CHECK(agent_status_from_json(to_json(status)).value() == status);
  for (const char* text : {"", "{}", "[]", "{\"version\":1}"}) CHECK_FALSE(agent_status_from_json(text));
}

TEST_CASE("an agent is well while it speaks, judges and is not refused, whether or not its hub is there") {
  CHECK(check_status(well(), "1.2.3", kNoon + seconds(30)));
  CHECK(check_status(well(), "1.2.3", kNoon - days(1)));
  AgentStatus alone = well();
  alone.contact = Contact::failing;
  CHECK(check_status(alone, "1.2.3", kNoon));
  alone.contact = Contact::untried;
  CHECK(check_status(alone, "1.2.3", kNoon));
}

TEST_CASE("silence, another version, a failure, no worker and a refusal are each told") {
  CHECK(ill(well(), kNoon + seconds(31)) == Code::unavailable);
  AgentStatus status = well();
  status.version = "1.2.2";
  CHECK(ill(status) == Code::conflict);
  status = well();
  status.failure = "disk";
  CHECK(ill(status) == Code::unavailable);
  status = well();
  status.judging = false;
  CHECK(ill(status) == Code::unavailable);
  status = well();
  status.contact = Contact::refused;
  CHECK(ill(status) == Code::denied);
}

TEST_CASE("a folder in which no agent spoke is told apart from one that cannot be understood") {
  TemporaryFolder folder;
  CHECK(read_status(folder.path(), system_files()).error().code() == Code::not_found);
  REQUIRE(write_status(well(), folder.path(), system_files()));
  CHECK(read_status(folder.path(), system_files()).value() == well());
  REQUIRE(system_files().write(folder / "status.json", "?", 0644));
  CHECK(read_status(folder.path(), system_files()).error().code() == Code::invalid);
}

}  // namespace
}  // namespace khien::agent
