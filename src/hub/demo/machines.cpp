#include <optional>
#include <utility>

#include "khien/estate/sample.hpp"
#include "numbers.hpp"
#include "parts.hpp"

namespace khien::hub::demo {
namespace {

enum Salt : std::uint64_t { kFate = 61, kLagging, kLeft, kEnrolled, kSilent, kHeard };

// Of a thousand devices that could carry an agent; the rest have none.
constexpr std::uint64_t kWell = 862;
constexpr std::uint64_t kEngineTrouble = 25;
constexpr std::uint64_t kOldScan = 20;
constexpr std::uint64_t kSilentMachines = 40;
constexpr std::uint64_t kPending = 5;

// Of a hundred units these have only begun; of their devices most have none.
constexpr std::uint64_t kLaggingUnits = 6;
constexpr std::uint64_t kLeftOut = 70;

// Longer than any finding of the sample is old.
constexpr std::uint64_t kEnrolledAtLeastDays = 120;
constexpr std::uint64_t kEnrolledWithinDays = 380;

constexpr std::uint64_t kSilentHours[] = {2, 7, 20, 30, 52, 75, 130, 220, 400, 720, 1'000};

bool could_carry_an_agent(const SampleDevice& device) {
  const bool host =
      device.kind == estate::DeviceKind::workstation || device.kind == estate::DeviceKind::server;
  return host && !device.known_unprotected;
}

bool is_left_out(const SampleDevice& device, std::size_t index) {
  const auto unit = static_cast<std::uint64_t>(device.unit.value);
  return scattered(unit, kLagging, 100) < kLaggingUnits && scattered(index, kLeft, 100) < kLeftOut;
}

std::optional<Fate> fate_of(std::size_t index) {
  std::uint64_t number = scattered(index, kFate, 1'000);
  const std::pair<Fate, std::uint64_t> shares[] = {{Fate::well, kWell},
                                                   {Fate::engine_trouble, kEngineTrouble},
                                                   {Fate::old_scan, kOldScan},
                                                   {Fate::silent, kSilentMachines},
                                                   {Fate::pending, kPending}};
  for (const auto& [fate, share] : shares) {
    if (number < share) return fate;
    number -= share;
  }
  return std::nullopt;
}

Timestamp last_word_of(Fate fate, std::size_t index, Timestamp now) {
  if (fate != Fate::silent)
    return now - milliseconds(static_cast<std::int64_t>(scattered(index, kHeard, 150'000)));
  const std::uint64_t hours_ago = kSilentHours[scattered(index, kSilent, std::size(kSilentHours))];
  return now - minutes(static_cast<std::int64_t>(hours_ago * 60 + scattered(index, kHeard, 60)));
}

Timestamp enrolled_at(Fate fate, std::size_t index, const Ground& ground) {
  if (fate == Fate::pending)
    return ground.now - minutes(static_cast<std::int64_t>(5 + scattered(index, kEnrolled, 50)));
  const auto days_ago = kEnrolledAtLeastDays + scattered(index, kEnrolled, kEnrolledWithinDays);
  return ground.moment(ground.today - static_cast<std::int64_t>(days_ago));
}

}  // namespace

Result<void> make_machines(Ground& ground) {
  for (std::size_t index = 0; index < ground.devices.size(); ++index) {
    const SampleDevice& device = ground.devices[index];
    const auto fate = fate_of(index);
    if (!fate || !could_carry_an_agent(device) || is_left_out(device, index)) continue;
    SampleMachine machine{.agent = {},
                          .device = device,
                          .fate = *fate,
                          .enrolled_at = enrolled_at(*fate, index, ground),
                          .last_word = last_word_of(*fate, index, ground.now)};
    TRY(machine.agent, estate::add_sample_machine(ground.connection, ground.scope,
                                                  {.unit = device.unit,
                                                   .hostname = device.name,
                                                   .enrolled_at = machine.enrolled_at,
                                                   .told_at = ground.now}));
    ground.machines.push_back(std::move(machine));
  }
  return {};
}

}  // namespace khien::hub::demo
