#include <algorithm>
#include <utility>
#include <vector>

#include "malformed.hpp"
#include "policy_fields.hpp"

namespace khien {
namespace {

constexpr std::int64_t kDocumentFormat = 1;
constexpr std::string_view kKind = "khien-policy";

Result<PolicySettings> read_document_settings(const Json& object) {
  if (!object.is_object()) return Error(Code::invalid, "field 'settings' is not an object");
  PolicySettings settings;
  std::vector<std::string> seen;
  TRY_VOID(object.each_field([&](std::string_view name, Json value) -> Result<void> {
    if (std::ranges::find(seen, name) != seen.end()) return Error(Code::invalid, "a setting is given twice");
    seen.emplace_back(name);
    TRY(const bool known, read_setting(name, value, settings));
    // A setting that this agent does not know must not pass for one that it follows.
    if (!known) return Error(Code::invalid, "a setting is not known");
    return {};
  }));
  return settings;
}

Result<PolicyDocument> read_document(std::string_view text) {
  Budget budget({.bytes_in = 2 * kMaxPolicyBytes, .depth = 8});
  JsonDocument memory;
  TRY(const auto root, memory.parse(text, budget));
  TRY(const auto kind, root.string_at("kind"));
  TRY(const auto format, root.integer_at("format"));
  if (kind != kKind || format != kDocumentFormat) return Error(Code::invalid, "not a policy of a format that is known");
  PolicyDocument document;
  TRY(const auto uri, root.string_at("machine"));
  TRY(document.machine, AgentIdentity::from_uri(uri));
  TRY(document.version, root.integer_at("version"));
  if (document.version < 1) return Error(Code::invalid, "field 'version' is not a version");
  TRY(const auto settings, root.field("settings"));
  TRY(document.settings, read_document_settings(settings));
  return document;
}

}  // namespace

std::string policy_name(const AgentIdentity& machine) {
  return "machine." + std::to_string(machine.tenant.value) + "." + std::to_string(machine.machine.value);
}

std::string to_json(const PolicyDocument& document) {
  JsonWriter out;
  out.begin_object().field("kind", kKind).field("format", kDocumentFormat);
  out.field("machine", document.machine.uri()).field("version", document.version);
  out.key("settings").begin_object();
  write_settings(out, document.settings);
  out.end_object().end_object();
  return out.take();
}

Result<PolicyDocument> policy_document_from_json(std::string_view text) { return malformed(read_document(text)); }

std::string policy_request(std::int64_t version) {
  JsonWriter out;
  out.begin_object().field("version", version).end_object();
  return out.take();
}

Result<std::int64_t> policy_request_from_json(std::string_view text) {
  Budget budget({.bytes_in = 1'024, .depth = 3});
  JsonDocument memory;
  TRY(const auto root, memory.parse(text, budget));
  auto version = malformed(root.integer_at("version"));
  if (version && *version < 0) return Error(Code::invalid, "field 'version' is negative");
  return version;
}

}  // namespace khien
