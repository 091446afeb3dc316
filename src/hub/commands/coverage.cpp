#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "command.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/units.hpp"

namespace khien::hub {
namespace {

using estate::DeviceCounts;
using estate::DeviceGap;

constexpr std::size_t kUnitsShown = 20;

LocalText words_of(DeviceGap gap) {
  switch (gap) {
    case DeviceGap::infected: return {"đang nhiễm mã độc", "infected"};
    case DeviceGap::engine_off: return {"bộ phận quét không chạy", "an engine does not run"};
    case DeviceGap::scan_old: return {"lần quét đủ gần nhất đã quá 7 ngày", "the last complete scan is older than a week"};
    case DeviceGap::not_scanned: return {"chưa quét xong lần nào", "not scanned yet"};
    case DeviceGap::silent: return {"mất liên lạc", "silent"};
    case DeviceGap::marked: return {"cán bộ xác nhận chưa có bảo vệ", "a person found no protection"};
    case DeviceGap::no_agent: break;
  }
  return {"chưa có trình bảo vệ", "no agent"};
}

struct UnitLine {
  UnitId unit;
  std::string name;
  DeviceCounts counts;
};

struct Coverage {
  DeviceCounts all;
  std::vector<UnitLine> units;  // that have devices, where most is missing first; none if one unit was asked for
};

Result<std::optional<UnitId>> unit_of(const Arguments& arguments) {
  const auto text = arguments.value("unit");
  if (!text) return std::optional<UnitId>();
  UnitId unit;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), unit.value);
  if (problem != std::errc() || end != text->data() + text->size()) {
    return Error(Code::invalid, "'" + printable(*text) + "' is not a number");
  }
  return std::optional(unit);
}

std::int64_t missing(const UnitLine& line) { return line.counts.expected - line.counts.protected_; }

Result<Coverage> read_coverage(Office& office, std::optional<UnitId> unit) {
  Coverage coverage;
  TRY_VOID(office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    const Timestamp now = office.env.clock.now();
    TRY(coverage.all, estate::count_devices(connection, scope, unit, now));
    if (unit) return {};
    TRY(const auto by_unit, estate::devices_by_unit(connection, scope, now));
    TRY(const auto units, estate::list_units(connection, scope));
    for (const auto& one : units) {
      const auto counted = by_unit.find(one.id);
      if (counted != by_unit.end()) coverage.units.push_back({one.id, one.name, counted->second});
    }
    return {};
  }));
  std::ranges::sort(coverage.units, [](const UnitLine& a, const UnitLine& b) {
    return std::pair(-missing(a), a.unit) < std::pair(-missing(b), b.unit);
  });
  return coverage;
}

void write_counts(JsonWriter& out, const DeviceCounts& counts) {
  out.field("expected", counts.expected).field("protected", counts.protected_);
  out.key("gaps").begin_object();
  for (std::size_t i = 0; i < estate::kDeviceGaps; ++i) {
    out.field(to_string(static_cast<DeviceGap>(i)), counts.by_gap.at(i));
  }
  out.end_object();
}

void tell_as_json(const Coverage& coverage, Console& console) {
  JsonWriter out;
  out.begin_object();
  write_counts(out, coverage.all);
  out.key("units").begin_array();
  for (const auto& line : coverage.units) {
    out.begin_object().field("unit", line.unit.value).field("name", line.name);
    write_counts(out, line.counts);
    out.end_object();
  }
  out.end_array().end_object();
  console.out(out.take() + "\n");
}

std::string share(const DeviceCounts& counts) {
  return std::to_string(counts.protected_) + "/" + std::to_string(counts.expected);
}

void tell(const Coverage& coverage, bool with_units, Console& console) {
  const DeviceCounts& all = coverage.all;
  if (all.expected == 0) {
    console.say({"Chưa khai thiết bị nào: khien estate import", "No device is listed yet: khien estate import"});
    return;
  }
  console.say({"Được bảo vệ: " + share(all) + " thiết bị phải có", "Protected: " + share(all) + " devices that ought to exist"});
  for (std::size_t i = 0; i < estate::kDeviceGaps; ++i) {
    if (all.by_gap.at(i) == 0) continue;
    const LocalText why = words_of(static_cast<DeviceGap>(i));
    const std::string number = "  " + std::to_string(all.by_gap.at(i)) + "\t";
    console.say({number + why.vi, number + why.en});
  }
  if (!with_units) return;
  console.say({"Đơn vị còn thiếu nhiều nhất:", "Units where most is missing:"});
  for (std::size_t i = 0; i < std::min(kUnitsShown, coverage.units.size()) && missing(coverage.units[i]) > 0; ++i) {
    console.out("  " + share(coverage.units[i].counts) + "\t" + printable(coverage.units[i].name) + "\n");
  }
}

int run(Office& office, const Arguments& arguments, Console& console) {
  const auto unit = unit_of(arguments);
  if (!unit) return console.fail(unit.error());
  const auto coverage = read_coverage(office, *unit);
  if (!coverage) return console.fail(coverage.error());
  if (arguments.has("json")) {
    tell_as_json(*coverage, console);
  } else {
    tell(*coverage, !unit->has_value(), console);
  }
  return 0;
}

}  // namespace

Command coverage_command() {
  return {.name = "coverage",
          .synopsis = "coverage [--unit ID] [--json]",
          .summary = {"bao nhiêu thiết bị phải có đang được bảo vệ, vì sao số còn lại chưa",
                      "how many of the devices that ought to exist are protected, and why the others are not"},
          .details = {"Mẫu số là danh sách thiết bị (khien estate import) và mọi máy đã có trình bảo vệ, trừ thiết bị đã thanh lý.\n"
                      "Không có --unit: cả từng đơn vị, đơn vị thiếu nhiều nhất trước.",
                      "The denominator is the list of devices (khien estate import) with every machine that has an agent, "
                      "without those retired.\nWithout --unit: each unit too, where most is missing first."},
          .options = with_folder({{"unit", "ID", {"đơn vị này và cấp dưới", "this unit and what is below"}},
                                  {"json", "", {"in JSON", "print JSON"}}}),
          .office = run};
}

}  // namespace khien::hub
