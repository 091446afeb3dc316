#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "policy_fields.hpp"

namespace khien {
namespace {

constexpr std::int64_t kPolicyFormat = 1;
constexpr std::size_t kMaxPathBytes = 4'096;
constexpr std::size_t kMaxReasonBytesHere = 500;
constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

Error wrong(std::string_view field, std::string_view why) {
  return Error(Code::invalid, std::string(field) + ": " + std::string(why));
}

std::string at(std::string_view field, std::size_t index) {
  return std::string(field) + "[" + std::to_string(index) + "]";
}

Result<std::string> text_of(std::string_view field, const Json& value, std::size_t most) {
  const auto text = value.string();
  if (!text) return wrong(field, "must be a text");
  if (text->empty() || text->size() > most) return wrong(field, "is empty or too long");
  const bool clean = std::ranges::none_of(*text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (!clean || !is_utf8(*text)) return wrong(field, "has signs that no text has");
  return std::string(*text);
}

// One way to write a path, so that what is compared by its text is compared.
Result<std::string> path_of(std::string_view field, const Json& value) {
  TRY(auto path, text_of(field, value, kMaxPathBytes));
  const bool whole = path == "/" || (path.starts_with('/') && !path.ends_with('/'));
  if (!whole) return wrong(field, "must be an absolute path without a slash at its end");
  for (std::size_t begin = 1; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = std::string_view(path).substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return wrong(field, "must not hold '//', '.' or '..'");
    begin = end + 1;
  }
  return path;
}

Result<std::uint32_t> number_of(std::string_view field, const Json& value, std::uint32_t least, std::uint32_t most) {
  const auto number = value.integer();
  if (!number) return wrong(field, "must be a whole number");
  if (*number < least || *number > most) {
    return wrong(field, "must be from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return static_cast<std::uint32_t>(*number);
}

template <class T>
Result<T> word_of(std::string_view field, const Json& value, Result<T> (*read)(std::string_view)) {
  const auto text = value.string();
  if (!text) return wrong(field, "must be a text");
  auto word = read(*text);
  if (!word) return wrong(field, word.error().what());
  return word;
}

Result<void> each_of(std::string_view field, const Json& value, std::size_t least, std::size_t most,
                     const std::function<Result<void>(std::string_view, Json)>& visit) {
  if (!value.is_array()) return wrong(field, "must be a list");
  if (value.size() < least || value.size() > most) {
    return wrong(field, "must have from " + std::to_string(least) + " to " + std::to_string(most) + " entries");
  }
  std::size_t index = 0;
  return value.each([&](Json element) { return visit(at(field, index++), element); });
}

// Each member once, and none that is not taken.
Result<void> members_of(std::string_view field, const Json& value,
                        const std::function<Result<bool>(std::string_view, Json)>& take) {
  if (!value.is_object()) return wrong(field, "must be an object");
  std::vector<std::string> seen;
  return value.each_field([&](std::string_view name, Json member) -> Result<void> {
    const std::string shown = printable(truncate(name, 60));
    if (std::ranges::find(seen, name) != seen.end()) return wrong(shown, "is given twice");
    seen.emplace_back(name);
    TRY(const bool taken, take(name, member));
    if (!taken) return wrong(field.empty() || field == "policy" ? shown : std::string(field) + "." + shown, "is not known");
    return {};
  });
}

Result<std::vector<std::string>> read_roots(std::string_view field, const Json& value) {
  std::vector<std::string> roots;
  TRY_VOID(each_of(field, value, 0, kMaxPolicyRoots, [&](std::string_view name, Json element) -> Result<void> {
    TRY(auto path, path_of(name, element));
    if (std::ranges::find(roots, path) != roots.end()) return wrong(name, "is given twice");
    roots.push_back(std::move(path));
    return {};
  }));
  return roots;
}

Result<Date> date_of(std::string_view field, const Json& value) {
  const auto text = value.string();
  const auto date = text ? Date::parse(*text) : Result<Date>(Error(Code::invalid, ""));
  if (!date) return wrong(field, "must be a day, as 2026-11-30");
  return *date;
}

Result<Exclusion> read_exclusion(std::string_view field, const Json& value) {
  Exclusion exclusion;
  bool ends = false;
  const std::string dot = std::string(field) + ".";
  TRY_VOID(members_of(field, value, [&](std::string_view name, Json member) -> Result<bool> {
    if (name == "path") {
      TRY(exclusion.path, path_of(dot + "path", member));
    } else if (name == "sha256") {
      const auto digits = member.string();
      const auto hash = digits ? Sha256::from_hex(*digits) : Result<Sha256>(Error(Code::invalid, ""));
      if (!hash) return wrong(dot + "sha256", "must be 64 hexadecimal digits");
      exclusion.sha256 = *hash;
    } else if (name == "reason") {
      TRY(exclusion.reason, text_of(dot + "reason", member, kMaxReasonBytesHere));
    } else if (name == "until") {
      TRY(exclusion.until, date_of(dot + "until", member));
      ends = true;
    } else {
      return false;
    }
    return true;
  }));
  if (exclusion.path.empty() != exclusion.sha256.has_value()) return wrong(field, "must name a path or a sha256, not both");
  if (exclusion.path == "/") return wrong(dot + "path", "must not be everything");
  if (exclusion.reason.empty()) return wrong(dot + "reason", "is missing");
  if (!ends) return wrong(dot + "until", "is missing: no exclusion is without an end");
  return exclusion;
}

Result<std::vector<Exclusion>> read_exclusions(std::string_view field, const Json& value) {
  std::vector<Exclusion> all;
  TRY_VOID(each_of(field, value, 0, kMaxExclusions, [&](std::string_view name, Json element) -> Result<void> {
    TRY(auto exclusion, read_exclusion(name, element));
    const auto same = [&](const Exclusion& one) { return one.path == exclusion.path && one.sha256 == exclusion.sha256; };
    if (std::ranges::any_of(all, same)) return wrong(name, "is given twice");
    all.push_back(std::move(exclusion));
    return {};
  }));
  return all;
}

Result<void> read_day(std::string_view field, const Json& value, ScanTimes& times) {
  const auto text = value.string();
  const auto* const day = text ? std::ranges::find(kDays, *text) : kDays.end();
  if (day == kDays.end()) return wrong(field, "must be mon, tue, wed, thu, fri, sat or sun");
  const auto bit = static_cast<std::uint8_t>(1u << (day - kDays.begin()));
  if ((times.days & bit) != 0) return wrong(field, "is given twice");
  times.days = static_cast<std::uint8_t>(times.days | bit);
  return {};
}

Result<void> read_time(std::string_view field, const Json& value, ScanTimes& times) {
  const auto text = value.string();
  const auto digit = [&](std::size_t index) { return (*text)[index] - '0'; };
  bool good = text && text->size() == 5 && (*text)[2] == ':';
  for (const std::size_t index : {0u, 1u, 3u, 4u}) good = good && digit(index) >= 0 && digit(index) <= 9;
  const int minute = good ? (digit(0) * 10 + digit(1)) * 60 + digit(3) * 10 + digit(4) : -1;
  if (!good || digit(3) > 5 || minute >= 24 * 60) return wrong(field, "must be a time of the day, as 12:30");
  if (!times.minutes.empty() && times.minutes.back() >= minute) return wrong(field, "must be later than the one before");
  times.minutes.push_back(minute);
  return {};
}

Result<ScanTimes> read_schedule(std::string_view field, const Json& value) {
  ScanTimes times;
  const std::string dot = std::string(field) + ".";
  TRY_VOID(members_of(field, value, [&](std::string_view name, Json member) -> Result<bool> {
    if (name == "days") {
      TRY_VOID(each_of(dot + "days", member, 1, kDays.size(),
                       [&](std::string_view one, Json element) { return read_day(one, element, times); }));
    } else if (name == "at") {
      TRY_VOID(each_of(dot + "at", member, 1, kMaxScanTimes,
                       [&](std::string_view one, Json element) { return read_time(one, element, times); }));
    } else {
      return false;
    }
    return true;
  }));
  if (times.days == 0) return wrong(dot + "days", "is missing");
  if (times.minutes.empty()) return wrong(dot + "at", "is missing");
  return times;
}

Result<PolicySettingSet> read_locked(std::string_view field, const Json& value) {
  PolicySettingSet locked = 0;
  TRY_VOID(each_of(field, value, 0, kPolicySettings, [&](std::string_view name, Json element) -> Result<void> {
    TRY(const auto setting, word_of(name, element, policy_setting_from_string));
    if ((locked & bit_of(setting)) != 0) return wrong(name, "is given twice");
    locked = static_cast<PolicySettingSet>(locked | bit_of(setting));
    return {};
  }));
  return locked;
}

Result<Policy> read_policy(const Json& root) {
  Policy policy;
  bool versioned = false;
  TRY_VOID(members_of("policy", root, [&](std::string_view name, Json member) -> Result<bool> {
    if (name == "format") {
      const auto number = member.integer();
      if (!number || *number != kPolicyFormat) return wrong("format", "must be 1");
      versioned = true;
      return true;
    }
    if (name == "locked") {
      TRY(policy.locked, read_locked("locked", member));
      return true;
    }
    return read_setting(name, member, policy.settings);
  }));
  if (!versioned) return wrong("format", "is missing");
  for (std::size_t i = 0; i < kPolicySettings; ++i) {
    const auto setting = static_cast<PolicySetting>(i);
    const bool locked = (policy.locked & bit_of(setting)) != 0;
    if (locked && !policy.settings.says(setting)) {
      return wrong("locked", std::string(to_string(setting)) + " is locked, but the policy does not set it");
    }
  }
  return policy;
}

void write_exclusion(JsonWriter& out, const Exclusion& exclusion) {
  out.begin_object();
  if (exclusion.sha256) out.field("sha256", exclusion.sha256->hex());
  if (!exclusion.sha256) out.field("path", exclusion.path);
  out.field("reason", exclusion.reason).field("until", to_string(exclusion.until)).end_object();
}

std::string time_text(int minute) {
  std::string text = "00:00";
  text[0] = static_cast<char>('0' + minute / 600);
  text[1] = static_cast<char>('0' + minute / 60 % 10);
  text[3] = static_cast<char>('0' + minute % 60 / 10);
  text[4] = static_cast<char>('0' + minute % 10);
  return text;
}

void write_schedule(JsonWriter& out, const ScanTimes& times) {
  out.begin_object().key("days").begin_array();
  for (std::size_t i = 0; i < kDays.size(); ++i) {
    if (times.on(static_cast<Weekday>(i + 1))) out.string(kDays.at(i));
  }
  out.end_array().key("at").begin_array();
  for (const int minute : times.minutes) out.string(time_text(minute));
  out.end_array().end_object();
}

void write_value(JsonWriter& out, const PolicySettings& settings, PolicySetting setting) {
  switch (setting) {
    case PolicySetting::roots:
      out.begin_array();
      for (const auto& root : *settings.roots) out.string(root);
      out.end_array();
      return;
    case PolicySetting::exclusions:
      out.begin_array();
      for (const auto& exclusion : *settings.exclusions) write_exclusion(out, exclusion);
      out.end_array();
      return;
    case PolicySetting::schedule: write_schedule(out, *settings.schedule); return;
    case PolicySetting::files_per_second: out.integer(*settings.files_per_second); return;
    case PolicySetting::cpu_percent: out.integer(*settings.cpu_percent); return;
    case PolicySetting::on_access: out.string(to_string(*settings.on_access)); return;
    case PolicySetting::removable_media: out.string(to_string(*settings.removable_media)); return;
    case PolicySetting::quarantine_automatically: out.boolean(*settings.quarantine_automatically); return;
    case PolicySetting::third_party: out.string(to_string(*settings.third_party)); return;
  }
  khien_assert(false);
}

}  // namespace

Result<bool> read_setting(std::string_view name, const Json& value, PolicySettings& settings) {
  const auto setting = policy_setting_from_string(name);
  if (!setting) return false;
  switch (*setting) {
    case PolicySetting::roots: {
      TRY(settings.roots, read_roots(name, value));
      return true;
    }
    case PolicySetting::exclusions: {
      TRY(settings.exclusions, read_exclusions(name, value));
      return true;
    }
    case PolicySetting::schedule: {
      TRY(settings.schedule, read_schedule(name, value));
      return true;
    }
    case PolicySetting::files_per_second: {
      TRY(settings.files_per_second, number_of(name, value, kLeastFilesPerSecond, kMostFilesPerSecond));
      return true;
    }
    case PolicySetting::cpu_percent: {
      TRY(settings.cpu_percent, number_of(name, value, kLeastCpuPercent, kMostCpuPercent));
      return true;
    }
    case PolicySetting::on_access: {
      TRY(settings.on_access, word_of(name, value, on_access_from_string));
      return true;
    }
    case PolicySetting::removable_media: {
      TRY(settings.removable_media, word_of(name, value, removable_media_from_string));
      return true;
    }
    case PolicySetting::quarantine_automatically: {
      const auto flag = value.boolean();
      if (!flag) return wrong(name, "must be true or false");
      settings.quarantine_automatically = *flag;
      return true;
    }
    case PolicySetting::third_party: {
      TRY(settings.third_party, word_of(name, value, third_party_from_string));
      return true;
    }
  }
  return false;
}

void write_settings(JsonWriter& out, const PolicySettings& settings) {
  for (std::size_t i = 0; i < kPolicySettings; ++i) {
    const auto setting = static_cast<PolicySetting>(i);
    if (!settings.says(setting)) continue;
    out.key(to_string(setting));
    write_value(out, settings, setting);
  }
}

std::string to_json(const PolicySettings& settings, PolicySetting setting) {
  if (!settings.says(setting)) return "null";
  JsonWriter out;
  write_value(out, settings, setting);
  return out.take();
}

Result<Policy> policy_from_json(std::string_view text) {
  Budget budget({.bytes_in = kMaxPolicyBytes, .depth = 6});
  JsonDocument memory;
  TRY(const auto root, memory.parse(text, budget));
  return read_policy(root);
}

std::string to_json(const Policy& policy) {
  JsonWriter out;
  out.begin_object().field("format", kPolicyFormat);
  write_settings(out, policy.settings);
  out.key("locked").begin_array();
  for (std::size_t i = 0; i < kPolicySettings; ++i) {
    const auto setting = static_cast<PolicySetting>(i);
    if ((policy.locked & bit_of(setting)) != 0) out.string(to_string(setting));
  }
  out.end_array().end_object();
  return out.take();
}

}  // namespace khien
