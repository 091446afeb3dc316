#include "parts.hpp"

#include <array>
#include <cstdio>

#include "khien/estate/devices.hpp"
#include "numbers.hpp"

namespace khien::hub::demo {
namespace {

using estate::DeviceKind;

constexpr std::uint64_t kUnprotected = 1;  // salts of scattered()
constexpr std::uint64_t kSerial = 2;
constexpr std::uint64_t kNote = 3;

constexpr std::size_t kRetiredInOne = 3;  // of each unit of the province's own bodies

std::string upper(std::string_view slug) {
  std::string text(slug);
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

// Of a hundred devices 92 are workstations, three servers, four of the network.
// A commune has no servers: its systems run in the province's data centre.
DeviceKind kind_of(std::size_t index, bool commune) {
  const std::size_t of_hundred = (index * 37 + 5) % 100;
  if (of_hundred < 92) return DeviceKind::workstation;
  if (of_hundred < 95) return commune ? DeviceKind::workstation : DeviceKind::server;
  return of_hundred < 99 ? DeviceKind::network : DeviceKind::other;
}

std::string_view prefix_of(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::workstation:
      return "PC-";
    case DeviceKind::server:
      return "SRV-";
    case DeviceKind::network:
      return "SW-";
    case DeviceKind::other:
      break;
  }
  return "IN-";
}

// Locally administered (the second bit of the first byte): no manufacturer gave
// it, so no real card has it.
std::string mac_of(std::size_t number) {
  std::array<char, 18> text{};
  std::snprintf(text.data(), text.size(), "02:4c:47:%02x:%02x:%02x",
                static_cast<unsigned>(number >> 16 & 0xff), static_cast<unsigned>(number >> 8 & 0xff),
                static_cast<unsigned>(number & 0xff));
  return text.data();
}

// A network of its own for each unit.
std::string address_of(std::size_t unit, std::size_t index) {
  return "10." + std::to_string(20 + unit) + "." + std::to_string(index / 200) + "." +
         std::to_string(20 + index % 200);
}

// The first device of the network that one of the province's own bodies has is its firewall.
bool is_firewall(DeviceKind kind, std::int64_t count, const SampleUnit& unit) {
  return kind == DeviceKind::network && count == 1 && unit.kind != estate::UnitKind::commune;
}

class DeviceMaker {
 public:
  explicit DeviceMaker(Ground& ground) : ground_(ground) {}

  Result<void> make(std::size_t unit_index, std::size_t index, bool retired) {
    const SampleUnit& unit = ground_.units[unit_index];
    const DeviceKind kind = kind_of(index, unit.kind == estate::UnitKind::commune);
    if (index == 0) counts_ = {};
    auto& count = counts_.at(static_cast<std::size_t>(kind));
    ++made_;
    ++count;
    const auto prefix = is_firewall(kind, count, unit) ? kFirewall : prefix_of(kind);
    estate::DeviceChange device{.unit = unit.id,
                                .name = std::string(prefix) + upper(unit.slug) + "-" + padded(count, 2),
                                .kind = kind,
                                .mac = mac_of(made_),
                                .address = address_of(unit_index, index)};
    if (scattered(made_, kSerial, 10) < 6)
      device.serial = "LGM" + padded(static_cast<std::int64_t>(made_), 6);
    if (retired) {
      device.retired_on = ground_.today - static_cast<std::int64_t>(30 + scattered(made_, kNote, 300));
    } else if (kind == DeviceKind::workstation && scattered(made_, kUnprotected, 100) < 4) {
      device.known_unprotected = true;
      device.note = scattered(made_, kNote, 2) == 0 ? "Máy cũ, không cài được phần mềm bảo vệ"
                                                    : "Kiểm tra tại chỗ: chưa cài phần mềm bảo vệ";
    }
    const auto source = retired || scattered(made_, kNote, 20) == 0 ? estate::DeviceSource::hand
                                                                    : estate::DeviceSource::import;
    TRY(const auto id, estate::create_device(ground_.connection, ground_.scope, device, source, ground_.now));
    if (!retired) {
      ground_.devices.push_back({.id = id,
                                 .unit = unit.id,
                                 .name = *device.name,
                                 .kind = kind,
                                 .serial = device.serial.value_or(""),
                                 .mac = *device.mac,
                                 .address = *device.address,
                                 .known_unprotected = device.known_unprotected.value_or(false)});
    }
    return {};
  }

 private:
  Ground& ground_;
  std::size_t made_ = 0;
  std::array<std::int64_t, 4> counts_{};  // of the unit, by kind
};

}  // namespace

Result<void> make_devices(Ground& ground) {
  std::vector<std::int64_t> weights;
  weights.reserve(ground.units.size());
  for (const SampleUnit& unit : ground.units) weights.push_back(unit.weight);
  const auto shares = shared_out(kDevices, weights);
  DeviceMaker maker(ground);
  for (std::size_t i = 0; i < ground.units.size(); ++i) {
    const auto share = static_cast<std::size_t>(shares[i]);
    const bool own_body = share > 0 && ground.units[i].kind != estate::UnitKind::commune;
    const std::size_t retired = own_body ? kRetiredInOne : 0;
    for (std::size_t index = 0; index < share + retired; ++index)
      TRY_VOID(maker.make(i, index, index >= share));
  }
  return {};
}

}  // namespace khien::hub::demo
