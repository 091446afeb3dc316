#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/duty/record_state.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/units.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"
#include "load.hpp"

namespace khien::hub::demo {

inline constexpr std::string_view kProvince = "Tỉnh Lam Giang";

// What a made-up province has, exactly.
inline constexpr std::size_t kUnits = 100;  // that exist today, the province among them
inline constexpr std::int64_t kDevices = 9'500;
inline constexpr std::size_t kSites = 94;
inline constexpr std::size_t kSystems = 168;

// How names of firewalls begin.
inline constexpr std::string_view kFirewall = "FW-";

// Words that every made-up decision carries, so that none is taken for a real one.
inline constexpr std::string_view kMadeUp = " (dữ liệu mẫu)";

// A unit of today, and how large the made-up lists are for it.
struct SampleUnit {
  UnitId id;
  std::string name;
  std::string slug;  // "anloc": of addresses, host names and user names
  estate::UnitKind kind = estate::UnitKind::other;
  std::int64_t weight = 0;  // share of the devices
  bool has_site = false;
};

// Who records and who approves.
struct SamplePeople {
  duty::Actor administrator;
  duty::Actor second_administrator;
  duty::Actor operator_;
  duty::Actor leader;
  std::map<UnitId, duty::Actor> officers;  // of the units that have one

  // Whoever records for the unit.
  duty::Actor recorder_of(UnitId unit) const;
};

// A device that ought to be there today.
struct SampleDevice {
  DeviceId id;
  UnitId unit;
  std::string name;
  estate::DeviceKind kind = estate::DeviceKind::other;
  std::string serial;
  std::string mac;
  std::string address;
  bool known_unprotected = false;
};

// How a made-up machine stands at the moment the sample is told.
enum class Fate : unsigned char { well, engine_trouble, old_scan, silent, pending };

struct SampleMachine {
  AgentIdentity agent;
  SampleDevice device;
  Fate fate = Fate::well;
  Timestamp enrolled_at;
  Timestamp last_word;
};

// What every part of the sample is written with. Nothing here is random: the same
// day gives the same province.
struct Ground {
  store::Connection& connection;
  const store::TenantScope& scope;
  const duty::Catalogues& law;
  const SampleTexts& texts;
  Timestamp now;
  Date today;
  std::vector<SampleUnit> units;  // today's; the province first
  SamplePeople people;
  std::vector<SampleDevice> devices;
  std::vector<SampleMachine> machines;

  const SampleUnit& root() const { return units.front(); }
  // There must be one.
  const SampleUnit& unit(std::string_view slug) const;
  // A moment of a working day, now at the latest.
  Timestamp moment(Date day, int minutes_of_day = 9 * 60) const;
};

// The day, which must exist.
Date day(int year, int month, int day_of_month);
// The sample tells of what happened until this day: no clock may be before it.
Date earliest_today();

}  // namespace khien::hub::demo
