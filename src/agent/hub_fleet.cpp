#include "hub_fleet.hpp"

#include <utility>

#include "khien/core/log.hpp"

#include "hub_answers.hpp"

namespace khien::agent {
namespace {

// A scan goes on without an answer, and the uploader waits for the same connection.
constexpr Duration kPatience = seconds(4);
constexpr Duration kWithoutDesk = hours(1);  // a hub older than this agent
constexpr Duration kBusyWithoutWord = seconds(5);

}  // namespace

Result<FleetAnswer> HubFleet::ask(const FleetQuestion& question) {
  if (clock_.monotonic() < not_before_) return Error(Code::unavailable, "the hub is not asked for a while");
  auto answer = hub_.post_soon({.path = "/agent/v1/fleet",
                                .content_type = "application/json",
                                .content_encoding = {},
                                .body = to_json(question)},
                               kPatience);
  auto said = answer ? read(*answer, question.asked.size()) : Result<FleetAnswer>(answer.error());
  if (said) {
    failures_ = 0;
    return said;
  }
  if (clock_.monotonic() >= not_before_) wait_for(back_off(++failures_, random_));
  // Told once, and then once for every doubling of the pause.
  if ((failures_ & (failures_ - 1)) == 0) log_warning("agent.fleet_not_asked", {{"error", said.error().what()}});
  return said;
}

Result<FleetAnswer> HubFleet::read(const net::ClientResponse& answer, std::size_t asked) {
  switch (answer.status) {
    case 200: return fleet_answer_from_json(answer.body, asked);
    case 404: wait_for(kWithoutDesk); break;
    case 429:
    case 503: wait_for(retry_after(answer.headers).value_or(kBusyWithoutWord)); break;
    default: break;
  }
  return Error(Code::unavailable, "the hub answered " + std::to_string(answer.status));
}

void HubFleet::wait_for(Duration pause) { not_before_ = {clock_.monotonic().ms + pause.ms}; }

}  // namespace khien::agent
