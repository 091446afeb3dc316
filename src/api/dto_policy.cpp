#include "dto_policy.hpp"

#include <algorithm>

#include "dto.hpp"

namespace khien::api {
namespace {

void write_day_or_null(JsonWriter& json, std::string_view name, const std::optional<Date>& day) {
  json.key(name);
  if (day) {
    json.string(to_string(*day));
  } else {
    json.null();
  }
}

void write_version(JsonWriter& json, const policy::PolicyVersion& version, const NameMap& names, bool in_force) {
  json.begin_object().field("number", std::int64_t{version.number}).field("state", to_string(version.state));
  json.field("in_force", in_force).field("policy", version.text).field("digest", version.digest().hex());
  json.field("valid_from", to_string(version.valid_from));
  write_day_or_null(json, "valid_until", version.valid_until);
  json.field("reason", version.reason).field("written_at", version.written_at).key("written_by");
  write_user_ref(json, version.written_by, names);
  write_time(json, "decided_at", version.decided_at);
  json.key("decided_by");
  write_user_ref(json, version.decided_by, names);
  json.field("note", version.note).end_object();
}

void write_version_or_null(JsonWriter& json, std::string_view name, const policy::PolicyVersion* version,
                           const NameMap& names, bool in_force = false) {
  json.key(name);
  if (version == nullptr) {
    json.null();
  } else {
    write_version(json, *version, names, in_force);
  }
}

void write_role_or_null(JsonWriter& json, std::optional<MachineRole> role) {
  json.key("role");
  if (role) {
    json.string(to_string(*role));
  } else {
    json.null();
  }
}

// Whose word it is. What lies above the reader's scope is named by nothing but that.
void write_origin(JsonWriter& json, const std::optional<PolicyOrigin>& origin, const std::map<UnitId, std::string>& units) {
  json.key("origin");
  if (!origin) {
    json.null();
    return;
  }
  const auto unit = units.find(origin->unit);
  json.begin_object().key("policy");
  if (unit != units.end()) {
    json.integer(origin->id.value).key("unit");
    write_ref(json, origin->unit.value, unit->second);
  } else {
    json.null().key("unit").null();
  }
  json.field("role", policy_role(origin->role)).field("number", std::int64_t{origin->number});
  json.field("locked", origin->locked).end_object();
}

void write_seen(JsonWriter& json, const std::optional<policy::SeenRecord>& record) {
  json.key("seen");
  if (!record) {
    json.null();
    return;
  }
  const PolicySeen& seen = record->seen;
  json.begin_object().field("state", to_string(seen.state)).field("version", seen.version);
  write_time(json, "expires_at", seen.expires_at);
  json.field("refusal", to_string(seen.refusal)).field("received_at", record->received_at);
  json.key("differences").begin_array();
  for (const auto& one : seen.differences) {
    json.begin_object().field("setting", to_string(one.setting)).field("why", to_string(one.why)).end_object();
  }
  json.end_array().end_object();
}

LocalText deviation_words(PolicyDeviation why) {
  switch (why) {
    case PolicyDeviation::bound: return {"vượt giới hạn đặt trong tệp cấu hình của máy", "goes beyond a bound in the machine's own file"};
    case PolicyDeviation::local: return {"tệp cấu hình của máy giữ riêng thiết lập này", "is kept by the machine's own file"};
    case PolicyDeviation::unsupported: return {"máy này không làm được", "is more than this machine can do"};
  }
  return {};
}

LocalText refusal_words(PolicyRefusal refusal) {
  switch (refusal) {
    case PolicyRefusal::none: return {"không", "nothing"};
    case PolicyRefusal::switched_off: return {"máy được đặt là không nhận chính sách", "the machine is set to take no policy"};
    case PolicyRefusal::no_key: return {"máy chưa có khóa của tỉnh để kiểm tra chữ ký", "the machine has no key of the province to check it by"};
    case PolicyRefusal::signature: return {"chữ ký không đúng", "its signature does not hold"};
    case PolicyRefusal::other_machine: return {"chính sách dành cho máy khác", "it is another machine's"};
    case PolicyRefusal::older: return {"phiên bản cũ hơn bản đang dùng", "it is older than what the machine has"};
    case PolicyRefusal::expired: return {"chính sách đã hết hạn", "it has expired"};
    case PolicyRefusal::malformed: return {"nội dung không hợp lệ", "it is malformed"};
  }
  return {};
}

}  // namespace

std::string_view policy_role(std::optional<MachineRole> role) { return role ? to_string(*role) : "any"; }

LocalText policy_setting_name(PolicySetting setting) {
  switch (setting) {
    case PolicySetting::roots: return {"Thư mục quét thêm", "More folders to scan"};
    case PolicySetting::exclusions: return {"Ngoại lệ", "Exclusions"};
    case PolicySetting::schedule: return {"Lịch quét", "Scan times"};
    case PolicySetting::files_per_second: return {"Tốc độ quét", "Scan rate"};
    case PolicySetting::cpu_percent: return {"Giới hạn CPU", "CPU limit"};
    case PolicySetting::on_access: return {"Kiểm tra khi mở tệp", "On-access check"};
    case PolicySetting::removable_media: return {"Thiết bị nhớ rời", "Removable media"};
    case PolicySetting::quarantine_automatically: return {"Tự cách ly", "Automatic quarantine"};
    case PolicySetting::third_party: return {"Phần mềm bảo vệ khác", "Other protection software"};
  }
  return {};
}

LocalText drift_text(const Claim& claim, const PolicySeen& seen) {
  if (claim.rule == "policy:not_applied") {
    return {"Máy chưa áp dụng phiên bản mới sau hơn 4 giờ.", "The machine has not taken its new version for more than 4 hours."};
  }
  if (claim.rule == "policy:expired") {
    return {"Chính sách trên máy đã hết hạn; máy vẫn giữ thiết lập gần nhất.", "The machine's policy has expired; it goes on with what it had."};
  }
  if (claim.rule == "policy:refused") {
    const auto why = refusal_words(seen.refusal);
    return {"Máy từ chối chính sách: " + why.vi + ".", "The machine refused its policy: " + why.en + "."};
  }
  for (const auto& one : seen.differences) {
    if (!claim.subject.ends_with("/" + std::string(to_string(one.setting)))) continue;
    const auto name = policy_setting_name(one.setting);
    const auto why = deviation_words(one.why);
    return {name.vi + ": " + why.vi + ".", name.en + ": " + why.en + "."};
  }
  return {"Máy khác chính sách.", "The machine differs from its policy."};
}

void write_policy(JsonWriter& json, const policy::PolicyRecord& record, const NameMap& names, Date today) {
  json.begin_object().field("id", record.id.value).key("unit");
  write_ref(json, record.unit.value, record.unit_name);
  json.field("role", policy_role(record.role));
  write_version_or_null(json, "in_force", record.in_force(today), names, true);
  write_version_or_null(json, "ahead", record.ahead(today), names);
  write_version_or_null(json, "draft", record.draft(), names);
  json.end_object();
}

void write_policy_versions(JsonWriter& json, const policy::PolicyRecord& record, const NameMap& names, Date today) {
  json.key("versions").begin_array();
  for (const auto& version : record.versions) {
    write_version(json, version, names, &version == record.in_force(today));
  }
  json.end_array();
}

void write_policy_counts(JsonWriter& json, const policy::PolicyCounts& counts) {
  json.key("counts").begin_object().field("machines", counts.machines).field("in_line", counts.in_line);
  json.field("differing", counts.differing).field("waiting", counts.waiting).end_object();
}

void write_preview(JsonWriter& json, const policy::Preview& preview) {
  json.begin_object().field("machines", preview.machines).field("touched", preview.touched);
  json.field("held_by_lock", preview.held_by_lock).key("changes").begin_array();
  for (const auto& change : preview.changes) {
    json.begin_object().field("setting", to_string(change.setting)).field("before", change.before);
    json.field("after", change.after).field("machines", change.machines).end_object();
  }
  json.end_array().key("list").begin_array();
  for (const auto& machine : preview.list) {
    json.begin_object().key("machine");
    write_ref(json, machine.id.value, machine.name);
    json.key("unit");
    write_ref(json, machine.unit.value, machine.unit_name);
    write_role_or_null(json, machine.role);
    json.key("changes").begin_array();
    for (const auto setting : machine.changes) json.string(to_string(setting));
    json.end_array().end_object();
  }
  json.end_array().end_object();
}

void write_machine_policy(JsonWriter& json, const policy::MachinePolicyRecord& record) {
  json.begin_object();
  write_role_or_null(json, record.role);
  json.key("desired");
  if (record.desired) {
    json.begin_object().field("version", record.desired->version).field("since", record.desired->since).end_object();
  } else {
    json.null();
  }
  write_seen(json, record.seen);
  json.key("settings").begin_array();
  for (std::size_t i = 0; i < kPolicySettings; ++i) {
    const auto setting = static_cast<PolicySetting>(i);
    json.begin_object().field("setting", to_string(setting)).field("value", to_json(record.effective.settings, setting));
    write_origin(json, record.effective.origins.at(i), record.units);
    json.end_object();
  }
  json.end_array().key("drift").begin_array();
  for (const Claim& claim : record.drift) write_text(json, drift_text(claim, record.seen->seen));
  json.end_array().end_object();
}

}  // namespace khien::api
