#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "../patch_states.hpp"
#include "khien/patch/settings.hpp"
#include "province.hpp"

namespace khien::patch {
namespace {

std::string shipped_text() {
  std::ifstream file(KHIEN_CONTENT "/advisories/deadlines.yaml");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

Result<Settings> parsed(const std::string& text) {
  Budget budget({});
  return settings_from_yaml(text, budget);
}

TEST_CASE("the shipped days are read, and what is wrong in such a file is named") {
  const auto settings = parsed(shipped_text());
  REQUIRE_MESSAGE(settings, settings.error().what());
  CHECK(*settings == shipped_settings());
  const auto broken = [](std::string_view from, std::string_view to) {
    auto text = shipped_text();
    const auto at = text.find(from);
    REQUIRE(at != text.npos);
    text.replace(at, from.size(), to);
    const auto read = parsed(text);
    return read ? std::string("fine") : read.error().what();
  };
  CHECK(broken("exploited: 14", "exploited: 0") == "days_exploited: must be 1 to 365");
  CHECK(broken("exploited: 14", "") == "exploited: must be a whole number");
  CHECK(broken("least_likelihood: 10", "least_likelihood: 101") == "least_likelihood: must be 1 to 100");
  CHECK(broken("least_likelihood: 10", "least_likelihood: none") == "fine");
  CHECK(broken("least_severity: critical", "least_severity: info") == "least_severity: info is no severity to follow by");
  CHECK(broken("remind_days: 3", "remind_days: 61") == "remind_days: must be 0 to 60");
}

TEST_CASE("a machine's state: the table, line by line") {
  using enum FindingState;
  const auto state = [](std::optional<FindingState> finding, bool withdrawn, std::optional<DecisionKind> held_by, bool told) {
    return state_of({finding, withdrawn, held_by, told});
  };
  CHECK(state({}, false, {}, true) == PatchState::not_affected);
  CHECK(state({}, false, {}, false) == PatchState::unknown);
  CHECK(state(new_, false, {}, true) == PatchState::open);
  CHECK(state(in_progress, false, {}, true) == PatchState::open);
  CHECK(state(suppressed, false, DecisionKind::mitigated, true) == PatchState::mitigated);
  CHECK(state(suppressed, false, DecisionKind::accepted, true) == PatchState::accepted);
  CHECK(state(suppressed, false, DecisionKind::not_affected, true) == PatchState::not_affected);
  CHECK(state(suppressed, false, {}, true) == PatchState::open);
  CHECK(state(resolved, false, {}, true) == PatchState::patched);
  CHECK(state(resolved, true, {}, true) == PatchState::not_affected);
}

}  // namespace
}  // namespace khien::patch
