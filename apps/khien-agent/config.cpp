#include "config.hpp"

#include <functional>
#include <utility>
#include <vector>

#include <toml++/toml.h>

namespace khien::app {
namespace {

using agent::AgentOptions;

Error at(std::string_view file, const toml::source_region& source, std::string_view what) {
  return Error(Code::invalid, std::string(file) + ":" + std::to_string(source.begin.line) + ": " + std::string(what));
}

struct Wrong {
  const char* what;  // none if null
};

Wrong take(const toml::node& node, std::string& out) {
  const auto value = node.value_exact<std::string>();
  if (!value) return {"must be a text"};
  out = *value;
  return {nullptr};
}

Wrong take(const toml::node& node, bool& out) {
  const auto value = node.value_exact<bool>();
  if (!value) return {"must be true or false"};
  out = *value;
  return {nullptr};
}

Wrong take(const toml::node& node, std::vector<std::string>& out) {
  const toml::array* list = node.as_array();
  if (list == nullptr) return {"must be a list of texts"};
  out.clear();
  for (const toml::node& element : *list) {
    const auto value = element.value_exact<std::string>();
    if (!value) return {"must be a list of texts"};
    out.push_back(*value);
  }
  return {nullptr};
}

Wrong take_number(const toml::node& node, std::int64_t least, std::int64_t most, std::int64_t& out) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value) return {"must be a whole number"};
  if (*value < least || *value > most) return {"is out of range"};
  out = *value;
  return {nullptr};
}

// "12:30", as a text or as TOML's own local time.
Wrong take_time(const toml::node& node, int& minute) {
  constexpr Wrong kWrong{"must be a time of the day, as \"12:30\""};
  if (const auto time = node.value_exact<toml::time>()) {
    minute = time->hour * 60 + time->minute;
    return {nullptr};
  }
  const auto text = node.value_exact<std::string>();
  if (!text || text->size() != 5 || (*text)[2] != ':') return kWrong;
  const auto digit = [&](std::size_t index) { return (*text)[index] - '0'; };
  for (const std::size_t index : {0u, 1u, 3u, 4u}) {
    if (digit(index) < 0 || digit(index) > 9) return kWrong;
  }
  const int hours = digit(0) * 10 + digit(1);
  const int minutes = digit(3) * 10 + digit(4);
  if (hours > 23 || minutes > 59) return kWrong;
  minute = hours * 60 + minutes;
  return {nullptr};
}

Wrong take_number(const toml::node& node, std::int64_t least, std::int64_t most, std::uint32_t& out) {
  std::int64_t number = 0;
  const Wrong wrong = take_number(node, least, most, number);
  if (wrong.what == nullptr) out = static_cast<std::uint32_t>(number);
  return wrong;
}

Wrong take_settings(const toml::node& node, PolicySettingSet& out) {
  std::vector<std::string> names;
  if (const Wrong wrong = take(node, names); wrong.what != nullptr) return wrong;
  out = 0;
  for (const std::string& name : names) {
    const auto setting = policy_setting_from_string(name);
    if (!setting) return {"names a setting that no policy has"};
    out = static_cast<PolicySettingSet>(out | bit_of(*setting));
  }
  return {nullptr};
}

Wrong take(const toml::node& node, OnAccess& out) {
  const auto text = node.value_exact<std::string>();
  const auto mode = text ? on_access_from_string(*text) : Result<OnAccess>(Error(Code::invalid, ""));
  if (!mode) return {"must be \"off\", \"notify\" or \"permission\""};
  out = *mode;
  return {nullptr};
}

struct Key {
  std::string_view name;
  std::function<Wrong(const toml::node&, AgentOptions&)> take;
};

const std::vector<Key>& keys() {
  static const std::vector<Key> all = {
      {"folder", [](const toml::node& node, AgentOptions& o) { return take(node, o.folder); }},
      {"hub", [](const toml::node& node, AgentOptions& o) { return take(node, o.hub_url); }},
      {"roots", [](const toml::node& node, AgentOptions& o) { return take(node, o.roots); }},
      {"exclude", [](const toml::node& node, AgentOptions& o) { return take(node, o.exclude); }},
      {"scan_at", [](const toml::node& node, AgentOptions& o) { return take_time(node, o.scan_at_minute); }},
      {"scan_files_per_second",
       [](const toml::node& node, AgentOptions& o) {
         std::int64_t number = 0;
         const Wrong wrong = take_number(node, 0, 1'000'000, number);
         if (wrong.what == nullptr) o.scan_files_per_second = static_cast<std::uint32_t>(number);
         return wrong;
       }},
      {"cpu_percent", [](const toml::node& node, AgentOptions& o) { return take_number(node, 0, 100, o.cpu_percent); }},
      {"cpu_percent_idle", [](const toml::node& node, AgentOptions& o) { return take_number(node, 0, 100, o.cpu_percent_idle); }},
      {"on_access", [](const toml::node& node, AgentOptions& o) { return take(node, o.on_access); }},
      {"on_access_opens", [](const toml::node& node, AgentOptions& o) { return take(node, o.on_access_opens); }},
      {"scan_media", [](const toml::node& node, AgentOptions& o) { return take(node, o.scan_media); }},
      {"spool_max_mb",
       [](const toml::node& node, AgentOptions& o) {
         std::int64_t number = 0;
         const Wrong wrong = take_number(node, 16, 1'000'000, number);
         if (wrong.what == nullptr) o.spool_max_bytes = static_cast<std::uint64_t>(number) << 20;
         return wrong;
       }},
      {"clamd", [](const toml::node& node, AgentOptions& o) { return take(node, o.clamd); }},
      {"fleet", [](const toml::node& node, AgentOptions& o) { return take(node, o.fleet); }},
      {"quarantine_automatically",
       [](const toml::node& node, AgentOptions& o) { return take(node, o.quarantine_automatically); }},
      {"quarantine_max_mb",
       [](const toml::node& node, AgentOptions& o) {
         std::int64_t number = 0;
         const Wrong wrong = take_number(node, 16, 1'000'000, number);
         if (wrong.what == nullptr) o.quarantine_max_bytes = static_cast<std::uint64_t>(number) << 20;
         return wrong;
       }},
      {"background", [](const toml::node& node, AgentOptions& o) { return take(node, o.background); }},
      {"worker", [](const toml::node& node, AgentOptions& o) { return take(node, o.worker); }},
      {"content", [](const toml::node& node, AgentOptions& o) { return take(node, o.content_folder); }},
      {"detectors", [](const toml::node& node, AgentOptions& o) { return take(node, o.detectors_file); }},
      {"content_root", [](const toml::node& node, AgentOptions& o) { return take(node, o.content_root); }},
      {"policy", [](const toml::node& node, AgentOptions& o) { return take(node, o.policy.accept); }},
      {"policy_keep", [](const toml::node& node, AgentOptions& o) { return take_settings(node, o.policy.keep); }},
      {"policy_least_files_per_second",
       [](const toml::node& node, AgentOptions& o) {
         return take_number(node, kLeastFilesPerSecond, kMostFilesPerSecond, o.policy.least_files_per_second);
       }},
      {"policy_least_cpu_percent",
       [](const toml::node& node, AgentOptions& o) {
         return take_number(node, kLeastCpuPercent, kMostCpuPercent, o.policy.least_cpu_percent);
       }},
      {"policy_least_on_access",
       [](const toml::node& node, AgentOptions& o) { return take(node, o.policy.least_on_access); }},
      {"policy_most_exclusions",
       [](const toml::node& node, AgentOptions& o) {
         return take_number(node, 0, static_cast<std::int64_t>(kMaxExclusions), o.policy.most_exclusions);
       }},
      {"run_folder", [](const toml::node& node, AgentOptions& o) { return take(node, o.run_folder); }},
  };
  return all;
}

// The library's own errors are exceptions.
Result<toml::table> parse(std::string_view text, std::string_view file_name) {
  try {
    return toml::table(toml::parse(text, file_name));
  } catch (const toml::parse_error& error) {
    return at(file_name, error.source(), error.description());
  }
}

}  // namespace

Result<AgentOptions> agent_options_from_toml(std::string_view text, std::string_view file_name) {
  AgentOptions options;
  TRY(const toml::table document, parse(text, file_name));
  const toml::node* found = document.get("agent");
  if (found == nullptr) return options;
  const toml::table* table = found->as_table();
  if (table == nullptr) return at(file_name, found->source(), "agent: must be a table, [agent]");
  for (const auto& [name, node] : *table) {
    const std::string full = "agent." + std::string(name.str());
    const Key* key = nullptr;
    for (const Key& known : keys()) {
      if (known.name == name.str()) key = &known;
    }
    if (key == nullptr) return at(file_name, node.source(), full + ": unknown key");
    if (const Wrong wrong = key->take(node, options); wrong.what != nullptr) {
      return at(file_name, node.source(), full + ": " + wrong.what);
    }
  }
  if (const auto good = check_options(options); !good) {
    return at(file_name, table->source(), "agent: " + good.error().what());
  }
  return options;
}

}  // namespace khien::app
