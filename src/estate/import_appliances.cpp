#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "device_keys.hpp"
#include "import_run.hpp"
#include "khien/advisory/distribution.hpp"
#include "khien/advisory/version.hpp"
#include "khien/estate/device_inventories.hpp"
#include "khien/estate/scope_sql.hpp"
#include "refusals.hpp"

namespace khien::estate {
namespace {

// As a file for one device is called (inventory/csv_table.cpp).
constexpr std::string_view kFormat = "appliances-csv";
constexpr std::size_t kMostVersionBytes = 100;

struct Known {
  DeviceId id;
  UnitId unit;
  std::string name;  // as lists of devices show it
  std::string serial;
  std::string mac;
  bool retired = false;
};
// What a row calls its device.
struct Named {
  std::optional<UnitId> unit;
  std::string name;
  std::string serial;
  std::string mac;
};

// The devices at or below the unit that the list is for. Of others nothing is asked, so
// no list tells what they are.
class KnownDevices {
 public:
  static Result<KnownDevices> load(ImportRun& run) {
    KnownDevices known;
    const std::string unit = "[" + std::to_string(run.unit.value) + "]";
    TRY_VOID(run.connection.query(
        "SELECT id, unit_id, name, serial, mac, retired_on IS NOT NULL FROM device WHERE tenant_id = ?1 AND unit_id IN " KHIEN_UNITS_IN_SCOPE,
        {run.scope.tenant(), unit}, [&](const store::Row& row) -> Result<void> {
          known.add({row.id<DeviceTag>(0), row.id<UnitTag>(1), std::string(row.text(2)), std::string(row.text(3)), std::string(row.text(4)),
                     row.integer(5) != 0});
          return {};
        }));
    return known;
  }

  // By serial number, else by MAC address, else by name: as find_device() does, and by name
  // in all units where the row names none.
  Result<const Known*> find(const Named& named) const {
    const auto by_serial = living(with("serial/" + named.serial, !named.serial.empty()));
    const auto by_mac = living(with("mac/" + named.mac, !named.mac.empty()));
    if (by_serial.size() == 1 && by_mac.size() == 1 && by_serial != by_mac) return refuse(refusals::kTwoDevices);
    if (by_serial.size() == 1) return by_serial.front();
    if (by_mac.size() == 1) return by_mac.front();
    auto by_name = with("name/" + short_name(named.name), !named.name.empty());
    std::erase_if(by_name, [&](const Known* one) { return is_another(*one, named); });
    by_name = living(std::move(by_name));
    if (by_name.size() > 1) return refuse(refusals::kDeviceOfMany);
    if (by_name.empty()) return refuse(refusals::kDeviceUnknown);
    return by_name.front();
  }

 private:
  using Several = std::vector<const Known*>;

  void add(Known one) {
    const auto at = all_.size();
    if (!one.serial.empty()) by_key_.emplace("serial/" + one.serial, at);
    if (!one.mac.empty()) by_key_.emplace("mac/" + one.mac, at);
    by_key_.emplace("name/" + short_name(one.name), at);
    all_.push_back(std::move(one));
  }
  Several with(const std::string& key, bool told) const {
    Several found;
    const auto [begin, end] = by_key_.equal_range(key);
    for (auto it = begin; told && it != end; ++it) found.push_back(&all_[it->second]);
    return found;
  }
  static bool is_another(const Known& one, const Named& named) {
    const auto differ = [](const std::string& a, const std::string& b) { return !a.empty() && !b.empty() && a != b; };
    return (named.unit && *named.unit != one.unit) || differ(one.serial, named.serial) || differ(one.mac, named.mac);
  }
  // The retired ones where there is no other.
  static Several living(Several all) {
    if (std::ranges::all_of(all, &Known::retired)) return all;
    std::erase_if(all, [](const Known* one) { return one->retired; });
    return all;
  }

  std::vector<Known> all_;
  std::multimap<std::string, std::size_t> by_key_;
};

// A row as it is read, before anything is done: a device's list is that of all its rows.
struct Line {
  const TableRow* row = nullptr;
  const Known* device = nullptr;
  advisory::Installed installed;
  std::vector<std::pair<std::string_view, Error>> faults;
};
// What became of a device's list.
struct DeviceList {
  std::vector<advisory::Installed> installed;
  std::optional<RowOutcome::Action> action;
  std::string before;  // what it takes the place of, for the digest
};

class ApplianceImport {
 public:
  ApplianceImport(ImportRun& run, const KnownDevices& known) : run_(run), known_(known) {}

  void read(const TableRow& row) {
    Line line;
    line.row = &row;
    read_device(line);
    read_product(line);
    if (line.faults.empty()) lists_[line.device->id].installed.push_back(line.installed);
    lines_.push_back(std::move(line));
  }

  Result<void> carry_out() {
    for (auto& [device, list] : lists_) std::ranges::sort(list.installed, {}, sort_key_of);
    for (const Line& line : lines_) TRY_VOID(run_.row(*line.row, [&] { return carry_out(line); }));
    note_left_open();
    return {};
  }

 private:
  // As a file for one device has them, so that the same list is the same.
  static std::tuple<advisory::PackageKey, std::string> sort_key_of(const advisory::Installed& one) { return {one.key, one.version}; }

  std::string cell(const Line& line, std::string_view key) const { return run_.list.value(*line.row, key); }

  void read_device(Line& line) {
    Named named{.unit = {}, .name = cell(line, "name"), .serial = serial_from_text(cell(line, "serial")), .mac = {}};
    const auto take = [&](std::string_view key, auto result, auto& into) {
      if (result) into = *std::move(result);
      else line.faults.emplace_back(key, std::move(result).error());
    };
    if (const auto unit = cell(line, "unit"); !unit.empty()) take("unit", run_.unit_named(unit), named.unit);
    if (is_cut_serial(named.serial)) line.faults.emplace_back("serial", refuse(refusals::kSerialCut));
    take("mac", mac_from_text(cell(line, "mac")), named.mac);
    if (!line.faults.empty()) return;
    const bool nameless = named.name.empty() && named.serial.empty() && named.mac.empty();
    if (nameless) line.faults.emplace_back("name", refuse(refusals::kNeedsDeviceName));
    else take("name", known_.find(named), line.device);
  }

  void read_product(Line& line) {
    const auto product = cell(line, "product"), version = cell(line, "version");
    auto written = advisory::written_product(cell(line, "vendor"), product, version);
    if (!written) {
      line.faults.emplace_back("product", refuse(product.empty() ? refusals::kNeedsProduct : refusals::kProductUnknown));
      return;
    }
    line.installed = *std::move(written);
    const auto& told = line.installed.version;
    if (told.empty()) return;
    const bool right = told.size() <= kMostVersionBytes && advisory::check_version(advisory::order_of(line.installed.key), told);
    if (!right || told.find_first_of("0123456789") == told.npos) line.faults.emplace_back("version", refuse(refusals::kBadVersion));
  }

  Result<RowOutcome> carry_out(const Line& line) {
    // A cell that holds a spreadsheet's error is wrong for that alone.
    TRY_VOID(run_.all_well());
    for (const auto& [key, fault] : line.faults) run_.look_at(key, Result<void>(fault));
    TRY_VOID(run_.all_well());
    const std::string written = std::to_string(line.device->id.value) + "|" + advisory::observed_url_of(line.installed);
    TRY_VOID(run_.first_time(written));
    DeviceList& list = lists_.at(line.device->id);
    if (!list.action) {
      auto handed = hand_in_all(line.device->id, list);
      run_.look_at("name", handed);
      TRY_VOID(run_.all_well());
    }
    if (line.installed.version.empty()) ++without_version_;
    return RowOutcome{.action = *list.action, .text = text_of(line), .written = written + "|" + list.before};
  }

  Result<void> hand_in_all(DeviceId device, DeviceList& list) {
    if (list.installed.size() > kMostHandedPackages) return refuse(refusals::kTooManyRowsOfDevice);
    TRY(const auto before, handed_in(run_.connection, run_.scope, device));
    HandedInventory inventory{.format = std::string(kFormat), .file_name = run_.origin.file_name, .packages = {}};
    for (const auto& one : list.installed) {
      inventory.packages.push_back({.purl = advisory::observed_url_of(one), .name = one.key.name, .version = one.version, .source = {}, .source_version = {}});
    }
    TRY(const bool changed, hand_in(run_.connection, run_.scope, device, inventory, run_.origin.who, run_.now));
    using enum RowOutcome::Action;
    list.action = !changed ? same : before ? change : add;
    if (before) list.before = std::to_string(before->at.ms) + "/" + std::to_string(before->packages);
    if (before && before->packages > static_cast<std::int64_t>(list.installed.size())) ++shorter_;
    return {};
  }

  // "fw-01: Fortinet FortiGate 7.4.3", in the words of the list.
  std::string text_of(const Line& line) const {
    const auto vendor = cell(line, "vendor"), version = line.installed.version;
    return line.device->name + ": " + (vendor.empty() ? "" : vendor + " ") + cell(line, "product") + (version.empty() ? "" : " " + version);
  }

  void note_left_open() {
    if (without_version_ > 0) {
      const std::string count = std::to_string(without_version_);
      run_.report.notes.push_back({count + " dòng không có phiên bản: chưa rõ có bị ảnh hưởng hay không.",
                                   count + " rows have no version: whether they are affected will be unknown."});
    }
    if (shorter_ > 0) {
      const std::string count = std::to_string(shorter_);
      run_.report.notes.push_back({count + " thiết bị đang có danh sách phần mềm dài hơn; danh sách này thay thế toàn bộ.",
                                   count + " devices have a longer list of software now; this one replaces all of it."});
    }
  }

  ImportRun& run_;
  const KnownDevices& known_;
  std::vector<Line> lines_;
  std::map<DeviceId, DeviceList> lists_;
  std::int64_t without_version_ = 0, shorter_ = 0;
};

}  // namespace

Result<void> import_appliances(ImportRun& run) {
  TRY_VOID(run.load_units());
  TRY(const auto known, KnownDevices::load(run));
  ApplianceImport import(run, known);
  for (const TableRow& row : run.list.rows()) {
    if (!run.list.is_blank(row)) import.read(row);
  }
  return import.carry_out();
}

}  // namespace khien::estate
