#include "khien/hub/config.hpp"

#include <toml++/toml.h>

#include <array>
#include <functional>
#include <utility>

#include "khien/fleet/fleet.hpp"

namespace khien::hub {
namespace {

// Reads one value into the configuration, or says what it must be.
using Read = std::function<Result<void>(Config&, const toml::node&)>;

Read text_into(std::string Config::*member) {
  return [member](Config& config, const toml::node& node) -> Result<void> {
    const auto value = node.value_exact<std::string>();
    if (!value || value->empty()) return Error(Code::invalid, "must be text in quotes");
    config.*member = *value;
    return {};
  };
}

Read port_into(std::uint16_t Config::*member) {
  return [member](Config& config, const toml::node& node) -> Result<void> {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < 0 || *value > 65'535) return Error(Code::invalid, "must be 0 to 65535");
    config.*member = static_cast<std::uint16_t>(*value);
    return {};
  };
}

Result<void> read_names(Config& config, const toml::node& node) {
  std::vector<std::string> names;
  if (const auto* array = node.as_array()) {
    for (const toml::node& element : *array) {
      const auto name = element.value_exact<std::string>();
      if (!name || name->empty()) return Error(Code::invalid, "must be a list of texts in quotes");
      names.push_back(*name);
    }
  }
  if (names.empty()) return Error(Code::invalid, "must be a list of texts in quotes");
  config.names = std::move(names);
  return {};
}

Result<void> read_log_level(Config& config, const toml::node& node) {
  constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warning", "error"};
  const auto value = node.value_exact<std::string>();
  for (std::size_t i = 0; value && i < kLevels.size(); ++i) {
    if (kLevels[i] != *value) continue;
    config.log_level = static_cast<LogLevel>(i);
    return {};
  }
  return Error(Code::invalid, R"(must be "debug", "info", "warning" or "error")");
}

Read count_into(std::int64_t Config::*member, std::int64_t least, std::int64_t most) {
  return [=](Config& config, const toml::node& node) -> Result<void> {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < least || *value > most) {
      return Error(Code::invalid, "must be " + std::to_string(least) + " to " + std::to_string(most));
    }
    config.*member = *value;
    return {};
  };
}

Result<void> read_session_idle(Config& config, const toml::node& node) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value < 1 || *value > 480) return Error(Code::invalid, "must be 1 to 480");
  config.session_idle_minutes = *value;
  return {};
}

struct Key {
  ConfigKey shown;
  Read read;
};

const std::vector<Key>& keys() {
  static const std::vector<Key> all = {
      {{"folder", R"("/var/lib/khien/hub")",
        {"Thư mục dữ liệu: cơ sở dữ liệu, khóa, chứng thư.", "Data folder: databases, keys, certificates."}},
       text_into(&Config::folder)},
      {{"province", R"("Tỉnh chưa đặt tên")",
        {"Tên tỉnh hoặc cơ quan chủ quản, dùng khi khởi tạo lần đầu.",
         "Name of the province or governing body; used at the first start."}},
       text_into(&Config::province)},
      {{"names", R"(["localhost", "127.0.0.1"])",
        {"Tên máy và địa chỉ mà người dùng và máy trạm dùng để kết nối; ghi vào chứng thư. Tên đầu tiên xuất hiện "
         "trong lệnh cài đặt máy mới.",
         "Host names and addresses that people and agents connect to; they go into the certificate. The first is "
         "shown in the command for new machines."}},
       read_names},
      {{"people_address", R"("0.0.0.0")",
        {"Địa chỉ nhận kết nối của người dùng.", "Address to listen on for people."}},
       text_into(&Config::people_address)},
      {{"people_port", "8443",
        {"Cổng HTTPS cho người dùng; 0 là cổng trống bất kỳ.", "HTTPS port for people; 0 takes any free one."}},
       port_into(&Config::people_port)},
      {{"agents_address", R"("0.0.0.0")",
        {"Địa chỉ nhận kết nối của máy được giám sát.", "Address to listen on for agents."}},
       text_into(&Config::agents_address)},
      {{"agents_port", "8444",
        {"Cổng HTTPS cho máy được giám sát (có chứng thư riêng); 0 là cổng trống bất kỳ.",
         "HTTPS port for agents (with client certificates); 0 takes any free one."}},
       port_into(&Config::agents_port)},
      {{"monitor_port", "8445",
        {"Cổng của /healthz và /metrics, chỉ trên 127.0.0.1; 0 là cổng trống bất kỳ.",
         "Port of /healthz and /metrics, on 127.0.0.1 only; 0 takes any free one."}},
       port_into(&Config::monitor_port)},
      {{"user", R"("khien")",
        {"Tài khoản hệ thống mà trung tâm chuyển sang sau khi khởi động bằng root.",
         "System account that the hub becomes when it was started as root."}},
       text_into(&Config::user)},
      {{"log_level", R"("info")",
        {"Mức ghi nhật ký vận hành: debug, info, warning, error.",
         "Least level of its own log: debug, info, warning, error."}},
       read_log_level},
      {{"session_idle_minutes", "15",
        {"Số phút không thao tác thì phiên đăng nhập kết thúc, từ 1 đến 480.",
         "Minutes without activity after which a session ends, 1 to 480."}},
       read_session_idle},
      {{"fleet_agreement", "3",
        {"Số đơn vị trực thuộc tỉnh, tính cả đơn vị cấp dưới, phải cùng kết luận một tệp là sạch thì các máy khác mới dùng "
         "chung kết luận đó, từ 1 đến 6.",
         "How many different units directly below the province, each with all below it, must have judged a file clean "
         "before other machines share that verdict, 1 to 6."}},
       count_into(&Config::fleet_agreement, 1, fleet::kMaxAgreement)},
      {{"fleet_check_per_mille", "10",
        {"Trong 1000 kết luận dùng chung, số lần máy vẫn tự quét để kiểm tra, từ 0 đến 1000.",
         "Of 1000 shared verdicts, how many a machine judges all the same, as a check, 0 to 1000."}},
       count_into(&Config::fleet_check_per_mille, 0, 1'000)},
      {{"watch_sites_at_once", "2",
        {"Số trang web được quét cùng lúc, từ 0 (không quét trang web) đến 16.",
         "How many websites are looked at at once, 0 (none is looked at) to 16."}},
       count_into(&Config::watch_sites_at_once, 0, 16)},
      {{"watch_sites_every_hours", "24",
        {"Cứ bao nhiêu giờ thì quét lại một trang web, từ 1 đến 720; trang có vụ việc được quét dày hơn.",
         "After how many hours a website is looked at again, 1 to 720; one with a case is looked at more often."}},
       count_into(&Config::watch_sites_every_hours, 1, 720)},
      {{"watch_site_pages", "50",
        {"Mỗi lần quét xem bao nhiêu trang con của một trang web, từ 1 đến 1000.",
         "How many pages of a website each look takes, 1 to 1000."}},
       count_into(&Config::watch_site_pages, 1, 1'000)},
  };
  return all;
}

Error at(std::string_view file, const toml::source_region& where, std::string what) {
  return Error(Code::invalid, std::string(file) + ":" + std::to_string(where.begin.line) + ": " + std::move(what));
}

Result<void> read_hub(Config& config, const toml::table& hub, std::string_view file) {
  for (const auto& [name, node] : hub) {
    const Key* found = nullptr;
    for (const Key& key : keys()) {
      if (key.shown.name == name.str()) found = &key;
    }
    const std::string path = "hub." + std::string(name.str());
    if (found == nullptr) return at(file, name.source(), path + ": there is no such key");
    if (auto read = found->read(config, node); !read) return at(file, node.source(), path + ": " + read.error().what());
  }
  return {};
}

}  // namespace

std::span<const ConfigKey> config_keys() {
  static const std::vector<ConfigKey> shown = [] {
    std::vector<ConfigKey> all;
    for (const Key& key : keys()) all.push_back(key.shown);
    return all;
  }();
  return shown;
}

Config default_config() {
  std::string text = "[hub]\n";
  for (const ConfigKey& key : config_keys()) {
    text += std::string(key.name) + " = " + std::string(key.default_value) + "\n";
  }
  return config_from_toml(text, "defaults").value();
}

Result<Config> config_from_toml(std::string_view text, std::string_view file) {
  // The defaults are read by this very function, from a text with every key.
  Config config = file == "defaults" ? Config{} : default_config();
  try {
    const toml::table root = toml::parse(text, file);
    for (const auto& [name, node] : root) {
      if (name.str() == "agent" && node.is_table()) continue;
      const auto* hub = name.str() == "hub" ? node.as_table() : nullptr;
      if (hub == nullptr) return at(file, name.source(), std::string(name.str()) + ": there is no such section");
      TRY_VOID(read_hub(config, *hub, file));
    }
  } catch (const toml::parse_error& error) {
    return at(file, error.source(), std::string(error.description()));
  }
  return config;
}

std::string config_template(bool vietnamese) {
  std::string text = "[hub]\n";
  for (const ConfigKey& key : config_keys()) {
    text += "# " + (vietnamese ? key.help.vi : key.help.en) + "\n";
    text += "# " + std::string(key.name) + " = " + std::string(key.default_value) + "\n\n";
  }
  return text;
}

}  // namespace khien::hub
